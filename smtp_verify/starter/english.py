"""The templates in English."""

from __future__ import annotations

from smtp_verify.starter.wording import Language, MailWording

ENGLISH = Language(
    name="en",
    tag="en",
    font="Helvetica, Arial, sans-serif",
    validity="The code is valid for 10 minutes.",
    accept="Accept the invitation",
    link_hint="If the button does not work, open this address:",
    mails=(
        MailWording(
            "Register",
            "{{code}} is your code to join {{application.name}}",
            "Welcome to {{application.name}}",
            "Enter this code to confirm your email address:",
            "If you did not sign up, ignore this email: without the code no account is created.",
        ),
        MailWording(
            "SignIn",
            "{{code}} is your {{application.name}} sign-in code",
            "Sign in to {{application.name}}",
            "Enter this code to sign in:",
            "If you did not try to sign in, ignore this email and do not share the code.",
        ),
        MailWording(
            "ForgotPassword",
            "{{code}} is your {{application.name}} password reset code",
            "Reset your password",
            "Enter this code to choose a new password for {{application.name}}:",
            "If you did not ask for this, ignore this email: your password stays as it is.",
        ),
        MailWording(
            "Generic",
            "{{code}} is your verification code",
            "Your verification code",
            "Enter this code to continue:",
            "If you did not ask for it, ignore this email and do not share the code.",
        ),
        MailWording(
            "OrganizationInvitation",
            "You are invited to join {{organization.name}}",
            "Join {{organization.name}}",
            "You have been invited to join {{organization.name}}.",
            "If you do not expect an invitation, ignore this email.",
        ),
        MailWording(
            "UserPermissionValidation",
            "{{code}} is your code to confirm that it is you",
            "Confirm that it is you",
            "You are about to change something important in your account. Enter this code to confirm that"
            " it is you:",
            "If it was not you, someone else may be signed in to your account: change your password.",
        ),
        MailWording(
            "BindNewIdentifier",
            "{{code}} is your code to confirm your new email address",
            "Confirm your new email address",
            "Enter this code to add this email address to your account:",
            "If you did not ask for this, ignore this email: without the code the address is not added.",
        ),
        MailWording(
            "MfaVerification",
            "{{code}} is your {{application.name}} two-step sign-in code",
            "Two-step sign-in",
            "Enter this code as the second step of signing in to {{application.name}}:",
            "If it was not you, someone else may know your password: change it soon.",
        ),
        MailWording(
            "BindMfa",
            "{{code}} is your code to set up two-step sign-in",
            "Set up two-step sign-in",
            "Enter this code to use this email address as the second step when you sign in:",
            "If you did not ask for this, ignore this email: without the code nothing changes.",
        ),
    ),
)
