"""The templates in simplified Chinese."""

from __future__ import annotations

from smtp_verify.starter.wording import Language, MailWording

CHINESE = Language(
    name="zh",
    tag="zh-CN",
    font="'PingFang SC', 'Microsoft YaHei', sans-serif",
    validity="验证码 10 分钟内有效。",
    accept="接受邀请",
    link_hint="如果按钮无法点击，请打开以下链接：",
    mails=(
        MailWording(
            "Register",
            "注册验证码：{{code}}",
            "注册账号",
            "您正在注册账号，请输入以下验证码：",
            "如果不是您本人操作，请忽略此邮件：没有验证码，账号不会被创建。",
        ),
        MailWording(
            "SignIn",
            "登录验证码：{{code}}",
            "登录验证",
            "您正在登录，请输入以下验证码：",
            "如果不是您本人操作，请忽略此邮件，并且不要将验证码告诉任何人。",
        ),
        MailWording(
            "ForgotPassword",
            "重置密码验证码：{{code}}",
            "重置密码",
            "您正在重置密码，请输入以下验证码：",
            "如果不是您本人操作，请忽略此邮件，您的密码不会改变。",
        ),
        MailWording(
            "Generic",
            "验证码：{{code}}",
            "验证码",
            "您的验证码是：",
            "如果不是您本人操作，请忽略此邮件，并且不要将验证码告诉任何人。",
        ),
        MailWording(
            "OrganizationInvitation",
            "邀请您加入 {{organization.name}}",
            "加入 {{organization.name}}",
            "您收到了加入 {{organization.name}} 的邀请。",
            "如果您不知道为何收到此邀请，请忽略此邮件。",
        ),
        MailWording(
            "UserPermissionValidation",
            "身份验证码：{{code}}",
            "验证身份",
            "您正在更改账号的重要信息，请输入以下验证码，以确认是您本人操作：",
            "如果不是您本人操作，可能有人登录了您的账号，请立即修改密码。",
        ),
        MailWording(
            "BindNewIdentifier",
            "绑定邮箱验证码：{{code}}",
            "绑定邮箱",
            "您正在将此邮箱绑定到您的账号，请输入以下验证码：",
            "如果不是您本人操作，请忽略此邮件：没有验证码，此邮箱不会被绑定。",
        ),
        MailWording(
            "MfaVerification",
            "两步验证登录验证码：{{code}}",
            "两步验证",
            "您正在登录，请输入以下验证码，完成第二步验证：",
            "如果不是您本人操作，可能有人知道了您的密码，请尽快修改密码。",
        ),
        MailWording(
            "BindMfa",
            "开启两步验证的验证码：{{code}}",
            "开启两步验证",
            "您正在将此邮箱设为登录时的两步验证方式，请输入以下验证码：",
            "如果不是您本人操作，请忽略此邮件：没有验证码，设置不会改变。",
        ),
    ),
)
