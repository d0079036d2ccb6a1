"""wiretag: raw news articles in, enriched articles out.

articles.raw -> decode -> unchanged? -> segment -> one spaCy pass -> entities -> linking -> quantities
             -> events -> themes -> encode -> articles.enriched, articles.enriched.<theme>

__main__     the command line; one file a command in cli/, the sample articles of `wiretag demo` in demo/
settings     every setting: default, unit, meaning
credentials  which of them prove who we are, and belong together
errors       what can go wrong in the outside world
model        the frozen values that travel through the pipeline
codec/       bytes -> Article or a rejection; an outcome -> the messages to publish
segment/     body -> stories, teasers, captions, boilerplate
fingerprint  near-duplicate signatures
pipeline     Tagger: the whole story on one screen
duplicates/  which articles tell a story told before
page/        an enriched record -> HTML
evaluation   labelled articles -> predictions as the scorer reads them
nlp/         the stages that know language; words live in nlp/data/
runtime/     the shell: Faust, Kafka, processes, metrics; the web page
bench/       the service, measured beside what it is compared with
"""

__version__ = "0.2.0"
