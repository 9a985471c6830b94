"""Dates: every form met in newsrooms is read, and nothing that is not one date is read as one."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.dates import instant, machine_stamp, stamp

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
moments = st.datetimes(datetime(1900, 1, 2), datetime(2100, 12, 30))  # noqa: DTZ001 - stamps without a zone are what is tested
offsets = st.integers(-56, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
quick = settings(deadline=None, max_examples=60)

MET = {
    "27.06.2019": "2019-06-27",
    "2 декабря 2020": "2020-12-02",
    "6 января 2022": "2022-01-06",
    "02 Apr. 20": "2020-04-02",
    "12 Apr. 2024": "2024-04-12",
    "12 Apr. 2024 240409-dsg-london.jpg, 39.68KB": "2024-04-12",
    "03 December 2020, 09:19": "2020-12-03T09:19",
    "01.06.2023 | 21:31": "2023-06-01T21:31",
    "04 iulie 2019": "2019-07-04",
    "18-07-2019 - 11:37": "2019-07-18T11:37",
    "19-10-2022 - 13:14": "2022-10-19T13:14",
    "10:57am, 19 January 2022": "2022-01-19T10:57",
    "11:37 - 18-07-2019": "2019-07-18T11:37",
    "Thursday, 21 November 2024": "2024-11-21",
    "Published 12 January 2021": "2021-01-12",
    "Published:12.01.2021": "2021-01-12",
    "27.06.2019 Download document": "2019-06-27",
    "The Hague, 3 May 2019 - The court": "2019-05-03",
    "Nr. 5/2019 vom 3. Mai 2019": "2019-05-03",
    "2. Februar 2022, 14.05 Uhr": "2022-02-02T14:05",
    "1er février 2019 à 15h30": "2019-02-01T15:30",
    "27 de junio de 2019": "2019-06-27",
    "27 de junho de 2019 às 15h30": "2019-06-27T15:30",
    "1º de maio de 2020": "2020-05-01",
    "27 giugno 2019 alle ore 9:05": "2019-06-27T09:05",
    "27 czerwca 2019 r.": "2019-06-27",
    "27 червня 2019, 15:30": "2019-06-27T15:30",
    "27 чэрвеня 2019": "2019-06-27",
    "27 июня 2019 г. в 15:30": "2019-06-27T15:30",
    "27 июня 2019 года, 15:30 (МСК)": "2019-06-27T15:30",
    "14 AĞUSTOS 2020 14:05": "2020-08-14T14:05",
    "12 Kasım 2020": "2020-11-12",
    "27 juni 2019": "2019-06-27",
    "2019 жылғы 27 маусым": "2019-06-27",
    "27 հունիսի 2019": "2019-06-27",
    "2019. június 27.": "2019-06-27",
    "2019 m. birželio 27 d.": "2019-06-27",
    "2019年6月27日": "2019-06-27",
    "２０１９年６月２７日": "2019-06-27",
    "2019년 6월 27일 오후 3:30": "2019-06-27T15:30",
    "2019/06/27": "2019-06-27",
    "Ngày 27 tháng 6 năm 2019": "2019-06-27",
    "١٢ يناير ٢٠٢١": "2021-01-12",
    "27 Ιουνίου 2019": "2019-06-27",
    "12/31/2019": "2019-12-31",
    "12.01.21": "2021-01-12",
    "Session of the Council, September 15, 2015": "2015-09-15",
    "Sept. 15th, 2015 at 3 p.m.": "2015-09-15T15:00",
    "12 January 2021, 12:05 am": "2021-01-12T00:05",
    "Thu Jun 27 2019 10:00:00 GMT+0300 (MSK)": "2019-06-27T10:00:00+03:00",
    "2022-10-19T13:14:05-02:00": "2022-10-19T13:14:05-02:00",
    "27.06.2019 27.06.2019": "2019-06-27",
    "Jan 5 2021 10:00 - 12:00": "2021-01-05",
    "5 January 2021, 10:00-12:00": "2021-01-05",
    "5 January 2021, briefing at 10:00": "2021-01-05",
    "June 2019": "2019-06",
}
NO_DATES = [
    "",
    "today",
    "33 minutes 17 seconds ago",
    "5 reasons why",
    "5 out of 2019",
    "27 June",
    "27 June 15 people",
    "2019",
    "1900 to 2019",
    "five years ago 2019",
    "May-June 2019",
    "31.02.2019",
    "10.12.2019.5",
    "Telephone 12-34-5678",
    "Resolution 1325 (2000)",
    "令和2年6月27日",
    "27 มิถุนายน 2562",
    "November 27-28, 2019",
    "27-28 November 2019",
    "27, 28 and 29 November 2019",
    "from 27 to 28 November 2019",
    "27 Nov - 2 Dec 2019",
    "27 November 2019 - 2 December 2019",
    "27 November 2019 to 2 December",
    "27-28.06.2019",
    "27.–28.06.2019",
    "27.06. – 28.06.2019",
    "1 января - 3 февраля 2019",
    "с 3 по 5 мая 2019",
    "Published: 12 January 2021 Last updated 2 February 2021",
    "27 listopada 2019",
    "12 January 2021 " * 40,
]


@pytest.mark.parametrize(("text", "expected"), MET.items())
def test_forms_met_in_newsrooms(text: str, expected: str) -> None:
    assert stamp(text) == expected


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_not_one_date_is_none(text: str) -> None:
    assert stamp(text) is None


def test_a_language_settles_a_word_that_two_languages_claim() -> None:
    assert stamp("27 listopada 2019", language="pl") == "2019-11-27"
    assert stamp("27 listopada 2019", language="hr-HR") == "2019-10-27"
    assert stamp("27 out 2019", language="pt-BR") == "2019-10-27"


def test_the_order_of_day_and_month_is_the_callers_unless_the_digits_tell() -> None:
    assert stamp("03/04/2021") == "2021-04-03"
    assert stamp("03/04/2021", day_first=False) == "2021-03-04"
    assert stamp("13/04/2021", day_first=False) == "2021-04-13"
    assert stamp("03.04.2021", day_first=False) == "2021-04-03", "dots are never month first"


WORDS = {
    "en": "{m} {d}, {y}|{d} {m} {y}|Published on {d} {m} {y}",
    "ru": "{d} {m} {y} года|{d} {m} {y} г.",
    "de": "{d}. {m} {y}|Berlin, den {d}. {m} {y}",
    "fr": "{d} {m} {y}|Paris, le {d} {m} {y}",
    "es": "{d} de {m} de {y}",
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


@quick
@given(days, st.sampled_from(sorted(WORDS)), st.integers(0, 2), st.booleans())
def test_any_day_in_words_comes_back(day: date, language: str, form: int, upper: bool) -> None:
    forms = WORDS[language].split("|")
    text = forms[form % len(forms)].format(d=day.day, m=MONTHS[language].split()[day.month - 1], y=day.year)
    assert stamp(text.upper() if upper else text) == day.isoformat()


@quick
@given(days, st.integers(1, 27), st.sampled_from(["-", "–", " - ", " and ", " to ", " & "]))
def test_a_span_of_days_is_never_a_day(day: date, earlier: int, joint: str) -> None:
    month = MONTHS["en"].split()[day.month - 1]
    assert stamp(f"{earlier}{joint}{day.day} {month} {day.year}") is None
    assert stamp(f"{month} {earlier}{joint}{day.day}, {day.year}") is None
    assert stamp(f"{earlier}.{joint}{day:%d.%m.%Y}") is None


@quick
@given(moments, st.sampled_from(["{:%d.%m.%Y %H:%M}", "{:%d-%m-%Y - %H:%M}", "{:%H:%M, %d %B %Y}", "{:%I:%M %p, %d %B %Y}"]))
def test_any_minute_comes_back(moment: datetime, form: str) -> None:
    assert stamp(form.format(moment)) == moment.isoformat(timespec="minutes")


@quick
@given(st.text(max_size=60) | st.text(alphabet="0123456789.-/:, juneмаяT+Z年", max_size=40))
def test_any_text_is_survived_and_what_is_found_is_a_stamp(text: str) -> None:
    found = stamp(text)
    assert found is None or machine_stamp(found) == found
    fielded = machine_stamp(text)
    assert fielded is None or machine_stamp(fielded) == fielded


@quick
@given(moments, offsets)
def test_machine_fields_keep_what_they_say(moment: datetime, offset: timezone) -> None:
    moment = moment.replace(microsecond=0)
    aware = moment.replace(tzinfo=offset)
    assert machine_stamp(aware.isoformat()) == aware.isoformat()
    assert machine_stamp(f"{moment:%Y-%m-%d %H:%M}") == moment.isoformat(timespec="minutes")
    assert machine_stamp(f"{aware:%a, %d %b %Y %H:%M:%S %z}") == aware.isoformat()
    assert instant(aware.isoformat()) == aware


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("2019", "2019"),
        ("2019-06", "2019-06"),
        ("2019-06-27", "2019-06-27"),
        ("20190627", "2019-06-27"),
        ("2022-10-19 13:14", "2022-10-19T13:14"),
        ("2022-10-19T13:14:05.123Z", "2022-10-19T13:14:05+00:00"),
        ("2022-10-19T13:14:05+0200", "2022-10-19T13:14:05+02:00"),
        ("2022-10-19 13:14:05 UTC", "2022-10-19T13:14:05+00:00"),
        ("Thu, 27 Jun 2019", "2019-06-27"),
        ("Thu, 27 Jun 2019 10:00:00 GMT", "2019-06-27T10:00:00+00:00"),
        ("Thu, 27 Jun 19 10:00 EST", "2019-06-27T10:00-05:00"),
        ("Thursday, 27-Jun-19 10:00:00 GMT", "2019-06-27T10:00:00+00:00"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37"),
        ("Thu, 27 Jun 2019 10:00:00 MSK", "2019-06-27T10:00:00"),
        ("1561593600", None),
        ("0000-00-00", None),
        ("2019-02-30", None),
        ("2019-06-27 and more", None),
        ("27.06.2019", None),
    ],
)
def test_machine_fields(field: str, expected: str | None) -> None:
    assert machine_stamp(field) == expected


def test_an_instant_is_the_earliest_moment_the_stamp_can_mean() -> None:
    assert instant("2019-06-27") == datetime(2019, 6, 27, tzinfo=UTC)
    assert instant("2019-06") == datetime(2019, 6, 1, tzinfo=UTC)
    assert instant("2019-06-27", "Europe/Moscow") == datetime(2019, 6, 26, 21, tzinfo=UTC)
    assert instant("2019-06-27T10:00+02:00", "Europe/Moscow") == datetime(2019, 6, 27, 8, tzinfo=UTC)
    twice = instant("2019-10-27T02:30", "Europe/Berlin")
    assert twice == datetime(2019, 10, 27, 0, 30, tzinfo=UTC), "the hour that comes twice is the first of them"
    assert instant("soon") is None
    assert instant("") is None


@quick
@given(days, st.sampled_from(["Europe/Moscow", "America/New_York", "Asia/Tokyo", None]))
def test_a_day_begins_before_all_its_minutes(day: date, zone: str | None) -> None:
    start = instant(day.isoformat(), zone)
    noon = instant(f"{day.isoformat()}T12:00", zone)
    assert start is not None and noon is not None and start < noon
    assert start.astimezone(ZoneInfo(zone) if zone else UTC).date() == day
