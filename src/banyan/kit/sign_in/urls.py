"""Addresses of signing in; the names without a namespace are those that the library looks for."""

from django.urls import path

from banyan.kit.office import office
from banyan.kit.sign_in import provider, views

urlpatterns = [
    path("login/", office.login, name="account_login"),
    path("login/factor/", views.second_factor, name="mfa_authenticate"),
    path("login/provider/", provider.begin, name="provider_login"),
    path("login/provider/back/", provider.back, name="provider_back"),
    path("account/", views.account, name="account"),
    path("account/prove/", views.prove, name="account_reauthenticate"),
    path("account/password/", views.change_password, name="account_password"),
    path("account/codes/", views.add_codes, name="account_codes"),
    path("account/key/", views.add_key, name="account_key"),
    path("account/recovery/", views.renew_recovery, name="account_recovery"),
    path("account/factors/<int:factor>/remove/", views.remove_factor, name="account_remove_factor"),
    path("account/sessions/<int:visit>/end/", views.end_session, name="account_end_session"),
]
