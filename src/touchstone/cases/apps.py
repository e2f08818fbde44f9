from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "touchstone.cases"

    def ready(self) -> None:
        from touchstone.cases.newcomers import remember
        from touchstone.market.signals import sellers_written

        sellers_written.connect(remember, dispatch_uid="cases.newcomers")
