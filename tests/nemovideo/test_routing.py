"""Free text goes where it is meant to go, and window talk reaches nobody."""

from __future__ import annotations

import pytest

from socialcopy.nemovideo.editor_phrases import translate
from socialcopy.nemovideo.routing import Route, route

ROUTED = {
    Route.EXPORT: (
        "export", "Export!", "download", "send me the video", "Please download the video",
        "can you export it as MP4?", "get the video", "save it", "render the final video",
        "give me the mp4", "导出", "导出视频", "请帮我下载视频", "把视频发给我", "渲染",
    ),
    Route.CREDITS: (
        "credits", "balance", "How many credits do I have left?", "what's my balance",
        "check credits", "how many left", "show my credit balance", "积分", "余额",
        "我还有多少积分", "查询余额",
    ),
    Route.STATUS: (
        "status", "show tracks", "Show me the timeline", "what's in it", "progress",
        "what's done", "show me what we have", "状态", "查看状态", "现在什么样了", "显示轨道",
    ),
    Route.UPLOAD: (
        "upload", "upload a file", "Upload another video please", "上传", "上传视频",
        "我要上传文件",
    ),
    Route.MESSAGE: (
        "add a title saying 'Export guide'", "write a caption about our credits programme",
        "generate a 60-second product demo video into a 1080p MP4", "add BGM", "redo it",
        "make it punchier", "put the word status on screen", "cut the part where I download the app",
        "write social media captions for Instagram, Twitter, and LinkedIn based on this video",
        "show a balance scale in the intro", "rendering looks off, brighten it",
        "the upload speed chart should be larger", "export it to Instagram as a story with stickers",
        "添加标题“导出指南”", "重新生成", "再来一个", "在视频里显示积分表", "加一个状态栏", "上传按钮那一段剪掉",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [(text, where) for where, texts in ROUTED.items() for text in texts]
)
def test_a_text_is_routed_by_what_it_asks_for(text: str, expected: Route):
    assert route(text) is expected


@pytest.mark.parametrize(
    ("reply", "shown", "actions"),
    [
        ("Done. Click the Export button to save.", "Done.", (Route.EXPORT,)),
        ("I added music. Click [Apply] to confirm.", "I added music.", (Route.STATUS,)),
        (
            "Open the Effects panel to see it. The title is blue.",
            "The title is blue.",
            (Route.STATUS,),
        ),
        ("Drag the clip to the start. It lasts 5 s.", "It lasts 5 s.", (Route.MESSAGE,)),
        ("Preview it in the timeline.", "", (Route.STATUS,)),
        ("Low credits. Check your account for billing details.", "Low credits.", (Route.CREDITS,)),
        ("标题已添加。点击导出按钮即可下载。", "标题已添加。", (Route.EXPORT,)),
        ("字幕已经生成。请打开字幕面板查看。", "字幕已经生成。", (Route.STATUS,)),
        ("把片段拖拽到开头。时长5秒。", "时长5秒。", (Route.MESSAGE,)),
        ("点击上传按钮。", "", (Route.UPLOAD,)),
        ('Title "Click here" from 0:00 to 0:03.', 'Title "Click here" from 0:00 to 0:03.', ()),
        ("The video.mp4 lasts 2.5 s.", "The video.mp4 lasts 2.5 s.", ()),
        ("The click track has a steady beat.", "The click track has a steady beat.", ()),
        ("Our export doubled this year.", "Our export doubled this year.", ()),
    ],
)
def test_window_talk_becomes_an_action_and_is_not_shown(
    reply: str, shown: str, actions: tuple[Route, ...]
):
    assert translate(reply) == (shown, actions)
