import pytest

from service.model import Article
from service.nlp.detection import LanguageDetector


@pytest.fixture(scope="module")
def detect() -> LanguageDetector:
    return LanguageDetector()


def article(title: str = "", body: str = "") -> Article:
    return Article(id="x", title=title, body=body)


# Headlines of our own: the same two sentences, translated.
HEADLINES = """
en Harbour reopens after storm
en Ministers agree on new ferry tariff
de Hafen öffnet nach Sturm wieder
de Minister einigen sich auf neue Zölle für Stahl
fr Le port rouvre après la tempête
fr Les ministres s'accordent sur de nouveaux droits de douane
es El puerto reabre tras la tormenta
pt O porto reabre depois da tempestade
it Il porto riapre dopo la tempesta
nl Haven gaat weer open na de storm
sv Hamnen öppnar igen efter stormen
da Ministrene er blevet enige om nye toldsatser på stål
no Statsrådene er enige om nye tollsatser på stål
fi Satama avautuu jälleen myrskyn jälkeen
pl Port otwarty ponownie po burzy
cs Přístav se po bouři znovu otevírá
hu Vihar után újra megnyílik a kikötő
ro Portul se redeschide după furtună
tr Liman fırtınadan sonra yeniden açıldı
ru Порт снова открыт после шторма
uk Порт знову відкрито після шторму
el Το λιμάνι ανοίγει ξανά μετά την καταιγίδα
ar الميناء يعيد فتح أبوابه بعد العاصفة
fa بندر پس از طوفان دوباره باز شد و کشتی‌ها می‌آیند
he הנמל נפתח מחדש אחרי הסערה
hi तूफान के बाद बंदरगाह फिर से खुला
bn ঝড়ের পরে বন্দর আবার খুলেছে
th ท่าเรือเปิดอีกครั้งหลังพายุ
vi Cảng mở cửa trở lại sau cơn bão
id Pelabuhan dibuka kembali setelah badai
ms Menteri bersetuju dengan tarif baharu ke atas keluli
ja 嵐の後、港が再開した
zh 暴风雨过后港口重新开放
zh 部長們同意新的鋼鐵關稅
ko 폭풍 후 항구가 다시 열렸다
ta புயலுக்குப் பிறகு துறைமுகம் மீண்டும் திறக்கப்பட்டது
si කුණාටුවෙන් පසු වරාය නැවත විවෘත විය
tl Muling binuksan ang daungan matapos ang bagyo
""".strip().split("\n")


@pytest.mark.parametrize("line", HEADLINES)
def test_a_headline_is_enough(detect: LanguageDetector, line: str) -> None:
    code, headline = line.split(" ", 1)

    assert detect(article(title=headline)).code == code
    assert detect(article(body=headline)).code == code


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n ",
        "123 456",
        "!!!",
        "50% 20.5 $",
        "😀😀",
        "https://example.com/news/of/the/day",
        "desk@example.com",
        "OK",
    ],
)
def test_no_words_no_language(detect: LanguageDetector, body: str) -> None:
    assert detect(article(body=body)).code == "und"


def test_confidence_grows_with_the_text(detect: LanguageDetector) -> None:
    headline = "Pelabuhan dibuka kembali setelah badai"
    story = headline + ". Dua kapal feri berangkat sebelum tengah hari, kata menteri perhubungan kepada wartawan."

    assert 0.1 <= detect(article(body=headline)).confidence < detect(article(body=story)).confidence <= 1.0


def test_glosses_and_links_do_not_matter(detect: LanguageDetector) -> None:
    body = "Mayor Chen (陳市長) opened the harbour of Keelung (基隆港) on Monday, see https://example.tw/港口 for more."

    assert detect(article(body=body)).code == "en"


def test_reads_only_a_sample(detect: LanguageDetector) -> None:
    huge = "The minister opened the harbour and left for the city. " * 9000

    assert detect(article(body=huge + "Der Hafen ist offen. ")) == detect(article(body=huge + "Le port est ouvert."))


def test_headers_of_an_aggregator_do_not_hide_the_language(detect: LanguageDetector) -> None:
    body = "Home | News | Contact us\n" + "Der Hafen öffnete am Montag wieder, sagte der Minister. " * 30

    assert detect(article(body=body)).code == "de"
