# Runs inside the image, as its user: the help, a refresh of a feed served on loopback, found once and kept in the volume, and its pages.
# Its state and its configuration are all that it may write.
[ "$(id -u)" = 10001 ]
python -c 'import json; assert len(json.load(open("/opt/presswatch/sbom.json"))["components"]) > 50'
for place in /app /opt/presswatch; do
  if touch "$place/left-here" 2>/dev/null; then echo "the service may write into $place" >&2; exit 1; fi
done
presswatch --help
site=$(mktemp -d)
cat >"$site/feed.xml" <<XML
<rss version="2.0"><channel><title>Press</title><link>http://127.0.0.1:8099/</link>
<item><title>A meeting was held</title><link>http://127.0.0.1:8099/1.html</link></item></channel></rss>
XML
echo '<html lang="en"><title>A meeting was held</title><main><h1>A meeting was held</h1><p>On June 27 a meeting was held.</p></main></html>' >"$site/1.html"
echo '[[source]]
id = "press"
url = "http://127.0.0.1:8099/feed.xml"' >"$site/sources.toml"
python -m http.server --bind 127.0.0.1 --directory "$site" 8099 >/dev/null 2>&1 &
server=$!
trap 'kill $server; rm -r "$site"' EXIT
python -c 'import socket, time
for _ in range(100):
    try: socket.create_connection(("127.0.0.1", 8099), 1).close(); break
    except OSError: time.sleep(0.1)'
export PRESSWATCH_CONFIG="$site" PRESSWATCH_FETCH__ALLOW_PRIVATE_HOSTS=true PRESSWATCH_FETCH__PER_HOST_DELAY=0
presswatch refresh --all --json | tee "$site/report.json"
presswatch items
python -c 'import json, sys
(report,) = json.load(open(sys.argv[1]))["sources"]
assert report["outcome"] in ("ok", "baseline") and not report["failed"], report' "$site/report.json"
ls -l /app/state
presswatch serve --port 8098 >/dev/null 2>&1 &
pages=$!
trap 'kill $server $pages; rm -r "$site"' EXIT
python -c 'import time, urllib.request
for address, words in (("/?lang=ru", "после публикации"), ("/sources", "press"), ("/static/style.css", "{"), ("/openapi.json", "3.1")):
    for _ in range(200):
        try: body = urllib.request.urlopen("http://127.0.0.1:8098" + address, timeout=5).read().decode(); break
        except OSError: time.sleep(0.1)
    assert words in body, (address, body[:500])
    print(address, len(body))'
python -c 'import apprise, procrastinate, psycopg'
