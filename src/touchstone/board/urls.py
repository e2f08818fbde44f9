from django.urls import path

from touchstone.board import views

app_name = "board"
urlpatterns = [
    path("", views.board, name="board"),
    path("board.csv", views.export, name="export"),
]
