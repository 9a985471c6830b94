"""The names of the months in the languages of newsrooms."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# Twelve groups a language; "!" marks a word that means something else elsewhere: it counts only where its language is named.
_LANGUAGES = {
    "en": "january jan|february feb febr|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
    "november nov|december dec",
    "ru": "январь января янв|февраль февраля фев февр|март марта мар|апрель апреля апр|май мая|июнь июня июн|июль июля июл|"
    "август августа авг|сентябрь сентября сен сент|октябрь октября окт|ноябрь ноября ноя нояб|декабрь декабря дек",
    "uk": "січень січня січ|лютий лютого лют|березень березня бер|квітень квітня квіт|травень травня трав|червень червня черв|"
    "липень липня лип|серпень серпня серп|вересень вересня вер|жовтень жовтня жовт|листопад листопада лист|грудень грудня груд",
    "be": "студзень студзеня|люты лютага|сакавік сакавіка|красавік красавіка|май мая травень траўня|чэрвень чэрвеня|"
    "ліпень ліпеня|жнівень жніўня|верасень верасня|кастрычнік кастрычніка|лістапад лістапада|снежань снежня",
    "bg": "януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември",
    "sr": "јануар јануара januar januara|фебруар фебруара februar februara|март марта mart marta|април априла april aprila|"
    "мај маја maj maja|јун јуна juni jun juna|јул јула juli jul jula|август августа avgust avgusta|септембар септембра septembar septembra|"
    "октобар октобра oktobar oktobra|новембар новембра novembar novembra|децембар децембра decembar decembra",
    "kk": "қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан",
    "ky": "январь январы|февраль февралы|март марты|апрель апрели|май майы|июнь июну|июль июлу|август августу|сентябрь сентябры|"
    "октябрь октябры|ноябрь ноябры|декабрь декабры",
    "tg": "январи|феврали|марти|апрели|майи|июни|июли|августи|сентябри|октябри|ноябри|декабри",
    "hy": "հունվար հունվարի|փետրվար փետրվարի|մարտ մարտի|ապրիլ ապրիլի|մայիս մայիսի|հունիս հունիսի|հուլիս հուլիսի|օգոստոս օգոստոսի|"
    "սեպտեմբեր սեպտեմբերի|հոկտեմբեր հոկտեմբերի|նոյեմբեր նոյեմբերի|դեկտեմբեր դեկտեմբերի",
    "ka": "იანვარი|თებერვალი|მარტი|აპრილი|მაისი|ივნისი|ივლისი|აგვისტო|სექტემბერი|ოქტომბერი|ნოემბერი|დეკემბერი",
    "az": "yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr",
    "uz": "yanvar|fevral|mart|aprel|may|iyun|iyul|avgust|sentabr|oktabr|noyabr|dekabr",
    "tr": "ocak !oca|şubat !şub|mart !mar|nisan !nis|mayıs !may|haziran !haz|temmuz !tem|ağustos !ağu|eylül !eyl|ekim !eki|kasım !kas|"
    "aralık !ara",
    "de": "januar jänner jan|februar feber feb|märz maerz mär|april apr|mai|juni jun|juli jul|august aug|september sept sep|"
    "oktober okt|november nov|dezember dez",
    "fr": "janvier janv|février fév févr|mars|avril avr|mai|juin|juillet juil|août|septembre sept|octobre oct|novembre nov|décembre déc",
    "es": "enero !ene|febrero feb|marzo mar|abril abr|mayo !may|junio jun|julio jul|agosto !ago|septiembre setiembre sept sep|octubre oct|"
    "noviembre nov|diciembre dic",
    "ca": "gener !gen|febrer febr|març|abril abr|maig|juny|juliol|agost !ag|setembre !set|octubre oct|novembre nov|desembre !des",
    "it": "gennaio !gen|febbraio feb|marzo mar|aprile apr|maggio !mag|giugno giu|luglio lug|agosto !ago|settembre !set|ottobre ott|"
    "novembre nov|dicembre dic",
    "pt": "janeiro jan|fevereiro fev|março !mar|abril abr|maio !mai|junho jun|julho jul|agosto !ago|setembro !set|outubro !out|"
    "novembro nov|dezembro dez",
    "ro": "ianuarie ian|februarie feb|martie mar|aprilie apr|mai|iunie iun|iulie iul|august aug|septembrie sept|octombrie oct|"
    "noiembrie nov noi|decembrie dec",
    "pl": "styczeń stycznia !sty|luty lutego !lut|marzec marca !mar|kwiecień kwietnia !kwi|maj maja|czerwiec czerwca !cze|"
    "lipiec lipca !lip|sierpień sierpnia !sie|wrzesień września !wrz|październik października paź|listopad listopada !lis|"
    "grudzień grudnia !gru",
    "cs": "leden ledna|únor února|březen března|duben dubna|květen května|červen června|červenec července|srpen srpna|září|říjen října|"
    "listopad listopadu|prosinec prosince",
    "sk": "január januára|február februára|marec marca|apríl apríla|máj mája|jún júna|júl júla|august augusta|september septembra|"
    "október októbra|november novembra|december decembra",
    "hr": "siječanj siječnja|veljača veljače|ožujak ožujka|travanj travnja|svibanj svibnja|lipanj lipnja|srpanj srpnja|kolovoz kolovoza|"
    "rujan rujna|listopad listopada !lis|studeni studenoga studenog|prosinac prosinca",
    "sl": "januar januarja|februar februarja|marec marca|april aprila|maj maja|junij junija|julij julija|avgust avgusta|"
    "september septembra|oktober oktobra|november novembra|december decembra",
    "hu": "január|február|március|április|május|június|július|augusztus|szeptember|október|november|december",
    "nl": "januari jan|februari feb|maart mrt|april apr|mei|juni jun|juli jul|augustus aug|september sept sep|oktober okt|november nov|"
    "december dec",
    "sv": "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
    "da": "januar|februar|marts mars|april|maj mai|juni|juli|august|september|oktober|november|december desember",
    "fi": "tammikuu tammikuuta|helmikuu helmikuuta|maaliskuu maaliskuuta|huhtikuu huhtikuuta|toukokuu toukokuuta|kesäkuu kesäkuuta|"
    "heinäkuu heinäkuuta|elokuu elokuuta|syyskuu syyskuuta|lokakuu lokakuuta|marraskuu marraskuuta|joulukuu joulukuuta",
    "et": "jaanuar|veebruar|märts|aprill|mai|juuni|juuli|august|september|oktoober|november|detsember",
    "lv": "janvāris janvārī|februāris februārī|marts martā|aprīlis aprīlī|maijs maijā|jūnijs jūnijā|jūlijs jūlijā|augusts augustā|"
    "septembris septembrī|oktobris oktobrī|novembris novembrī|decembris decembrī",
    "lt": "sausis sausio|vasaris vasario|kovas kovo|balandis balandžio|gegužė gegužės|birželis birželio|liepa liepos|rugpjūtis rugpjūčio|"
    "rugsėjis rugsėjo|spalis spalio|lapkritis lapkričio|gruodis gruodžio",
    "el": "ιανουάριος ιανουαρίου ιαν|φεβρουάριος φεβρουαρίου φεβ|μάρτιος μαρτίου μαρ|απρίλιος απριλίου απρ|μάιος μαΐου|ιούνιος ιουνίου|"
    "ιούλιος ιουλίου|αύγουστος αυγούστου|σεπτέμβριος σεπτεμβρίου|οκτώβριος οκτωβρίου|νοέμβριος νοεμβρίου|δεκέμβριος δεκεμβρίου",
    "id": "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember",
    "ar": "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
}


def speaks(language: str) -> bool:
    """Return whether the months of a language (BCP 47) are known here."""
    return language.split("-")[0].lower() in _LANGUAGES


class _Unmarked(dict[int, int | None]):
    """Every letter by its number, and nothing for a mark on a letter; filled as letters are met."""

    def __missing__(self, letter: int) -> int | None:
        self[letter] = None if unicodedata.category(chr(letter)) == "Mn" else letter
        return self[letter]


_UNMARKED = _Unmarked()


def folded(text: str) -> str:
    """Return the text without case, accents or exotic forms of digits and letters, so that one spelling stands for all."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold()).translate(_UNMARKED)
    return unicodedata.normalize("NFC", bare).replace("ı", "i").replace("\u200f", "").replace("\u200e", "")


def _read() -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Return the words that mean one month everywhere, and the words of each language."""
    by_language: dict[str, dict[str, int]] = {}
    meanings: dict[str, set[int]] = {}
    for language, line in _LANGUAGES.items():
        words = by_language[language] = {}
        for month, group in enumerate(line.split("|"), 1):
            for word in group.split():
                words[folded(word.lstrip("!"))] = month
                if not word.startswith("!"):
                    meanings.setdefault(folded(word), set()).add(month)
    return {word: found.pop() for word, found in meanings.items() if len(found) == 1}, by_language


_EVERYWHERE, _BY_LANGUAGE = _read()


def months(language: str | None) -> Mapping[str, int]:
    """Return the months by their folded names: those that all languages agree on, and all of the language named (BCP 47)."""
    return _months((language or "").split("-")[0].lower())


@lru_cache(len(_BY_LANGUAGE) + 1)
def _months(tongue: str) -> Mapping[str, int]:
    return _EVERYWHERE | _BY_LANGUAGE.get(tongue, {})
