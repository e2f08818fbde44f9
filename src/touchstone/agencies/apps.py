from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "touchstone.agencies"

    def ready(self) -> None:
        from touchstone.agencies.telling import on_rings_searched
        from touchstone.cases.signals import rings_searched

        rings_searched.connect(on_rings_searched, dispatch_uid="agencies.telling")
