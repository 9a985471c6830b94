"""The page around the content: header, menu, teasers before the article, and what is new in every response."""

from dataclasses import dataclass
from html import escape
from string import Template

from .labels import Labels


@dataclass(frozen=True, slots=True)
class Noise:
    """What no two responses share."""

    sessid: str
    server_time: int
    nocache: int
    component: str
    subscribe: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What a page is put together from; ``design`` counts the redesigns."""

    title: str
    strip: str
    content: str
    noise: Noise
    labels: Labels
    language: str
    charset: str
    feed: str
    design: int = 0


_HEAD = Template("""<!DOCTYPE html>
<html lang="$language">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=$charset" />
<meta name="robots" content="index, follow" />
<link href="/bitrix/cache/css/s1/main/template_9f1c.css?nocache=$nocache" type="text/css" rel="stylesheet" />
<link rel="alternate" type="application/rss+xml" title="$news" href="$feed" />
<script type="text/javascript">if(!window.BX)window.BX={message:function(mess){if(typeof mess==='object')for(var i in mess)BX.message[i]=mess[i];}};</script>
<script type="text/javascript">(window.BX||top.BX).message({'LANGUAGE_ID':'$language','FORMAT_DATE':'DD.MM.YYYY','FORMAT_DATETIME':'DD.MM.YYYY HH:MI:SS','SERVER_TIME':'$server_time','USER_ID':'','bitrix_sessid':'$sessid'});</script>
<script type="text/javascript" src="/bitrix/js/main/core/core.js?nocache=$nocache"></script>
<script type="text/javascript">bxSession.Expand(1440, '$sessid', false, '$component');</script>
<title>$title</title>
</head>
""")  # noqa: E501 - scripts are served on one line

_FIRST_DESIGN = Template("""<body>
<div id="panel"></div>
<div class="header"><a class="logo" href="/"><img src="/bitrix/templates/main/images/logo.gif" alt="" /></a>
<ul class="top-menu">$menu</ul>
<form action="/search/"><input type="text" name="q" /></form></div>
<div class="workarea">
$strip
<div class="content">
<h1 id="pagetitle">$title</h1>
<div id="comp_$component">
$content
</div>
<div class="subscribe"><input type="button" id="bx_subscribe_btn_$subscribe" value="RSS" /></div>
</div>
</div>
<div class="footer"><p>&copy; 2002-2026</p><ul class="bottom-menu">$menu</ul></div>
</body>
</html>
""")

_SECOND_DESIGN = Template("""<body class="page page--wide">
<header class="page__head"><nav class="nav"><ul class="nav__list">$menu</ul></nav></header>
<section class="grid"><aside class="grid__side"><div class="card">$strip</div></aside>
<main class="grid__main" id="comp_$component">
<h1 class="headline">$title</h1>
<article class="story">$content</article>
</main></section>
<footer class="page__foot"><button id="bx_subscribe_btn_$subscribe"></button><span>&copy; 2002-2026</span></footer>
</body>
</html>
""")


def page(shell: Shell) -> str:
    """Return the whole page; every second redesign brings the first design back."""
    design = _SECOND_DESIGN if shell.design % 2 else _FIRST_DESIGN
    return _HEAD.substitute(_words(shell)) + design.substitute(_words(shell))


def print_page(shell: Shell) -> str:
    """Return what ``?print=Y`` serves: the content alone."""
    return Template("<html><head><title>$title</title></head><body><h1>$title</h1>\n$content\n</body></html>").substitute(_words(shell))


def ajax_fragment(shell: Shell) -> str:
    """Return what ``?bxajaxid=`` serves: the inside of the component, and a script that sets the window's title."""
    return f"{shell.content}\n<script>top.BX.ajax.UpdatePageTitle('{escape(shell.title)}');</script>\n"


def _words(shell: Shell) -> dict[str, str]:
    noise, labels = shell.noise, shell.labels
    menu = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in zip(MENU_PATHS, labels.menu, strict=True))
    return {
        "language": shell.language, "charset": shell.charset, "feed": shell.feed, "news": labels.news, "menu": menu,
        "title": escape(shell.title, quote=False), "strip": shell.strip, "content": shell.content,
        "sessid": noise.sessid, "server_time": str(noise.server_time), "nocache": str(noise.nocache),
        "component": noise.component, "subscribe": noise.subscribe,
    }  # fmt: skip


MENU_PATHS = ("/", "/structure/", "/documents/", "/news/", "/contacts/")
