"""Neutral addresses: none of them names a caller, a thread or a code."""

from django.urls import path

from harkline.channels.web import sealed, thread, views

app_name = "write"
urlpatterns = [
    path("write", views.write, name="write"),
    path("write/kept", views.kept, name="kept"),
    path("code", thread.code, name="code"),
    path("code/more", thread.more, name="more"),
    path("code/talk", thread.talk, name="talk"),
    path("code/end", thread.end, name="end"),
    path("code/receipt", thread.receipt, name="receipt"),
    path("code/file", thread.file, name="file"),
    path("sealed/message", sealed.message, name="sealed_message"),
    path("sealed/thread", sealed.thread, name="sealed_thread"),
    path("sealed/more", sealed.more, name="sealed_more"),
    path("sealed/talk", sealed.talk, name="sealed_talk"),
    path("sealed/end", sealed.end, name="sealed_end"),
    path("sealed/receipt", sealed.receipt, name="sealed_receipt"),
    path("sealed/file", sealed.file, name="sealed_file"),
]
