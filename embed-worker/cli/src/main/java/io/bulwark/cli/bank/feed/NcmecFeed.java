package io.bulwark.cli.bank.feed;

import io.bulwark.cli.bank.HashEntry;
import io.bulwark.perception.hash.ListedHash;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * NCMEC's hash sharing API, version 2: {@code GET /v2/entries?from=&to=} answers in XML with images and videos, of
 * which some are deleted, and a path to the next page. Entries come in no order of time, so only a window that was read whole
 * moves the place on. Windows overlap by five minutes, since the exchange's clock is not ours.
 */
final class NcmecFeed implements HashFeed {

    private static final Instant FIRST = Instant.EPOCH;
    private static final Duration OVERLAP = Duration.ofMinutes(5);
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final URI base;
    private final FeedClient client;
    private final Clock clock;

    /** @param base what {@code /v2/entries} is appended to */
    NcmecFeed(URI base, FeedClient client, Clock clock) {
        this.base = base;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public FeedPage page(FeedCursor cursor) {
        String until = cursor.until().isEmpty()
                ? clock.instant().minus(SETTLED).truncatedTo(ChronoUnit.SECONDS).toString()
                : cursor.until();
        String path = cursor.page().isEmpty()
                ? "/v2/entries?from=" + encoded(from(cursor)) + "&to=" + encoded(until)
                : cursor.page();
        FeedClient.Answer answer = client.get(ExchangeAnswers.address(base + path, base), Map.of());
        ExchangeAnswers.requireOk(answer, base);
        EntriesReader entries = new EntriesReader();
        try {
            entries.read(answer.body());
        } catch (XMLStreamException | DateTimeException | IllegalArgumentException rubbish) {
            throw ExchangeAnswers.rubbish(base, "no answer of NCMEC's hash sharing API", null);
        }
        boolean more = !entries.next.isEmpty();
        FeedCursor next = more
                ? cursor.next(until, path(entries.next))
                : cursor.done(Instant.parse(until).minus(OVERLAP).toString(), clock.instant());
        return new FeedPage(entries.found, next, more, false, entries.skipped);
    }

    private static String from(FeedCursor cursor) {
        return cursor.since().isEmpty() ? FIRST.toString() : cursor.since();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The credentials go with it: a path of the same API, and no other address. */
    private String path(String next) {
        if (!next.startsWith("/v2/entries?") || !next.matches("[\\x21-\\x7e]{1,2000}")) {
            throw ExchangeAnswers.rubbish(base, "a next page that is no path of /v2/entries", null);
        }
        ExchangeAnswers.address(base + next, base);
        return next;
    }

    /** One answer. */
    private static final class EntriesReader {

        private static final XMLInputFactory XML = XMLInputFactory.newFactory();

        static {
            XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        }

        private final List<FeedEntry> found = new ArrayList<>();
        private final Map<String, Long> skipped = new TreeMap<>();
        private String next = "";

        void read(byte[] body) throws XMLStreamException {
            XMLStreamReader xml = XML.createXMLStreamReader(new ByteArrayInputStream(body));
            xml.nextTag();
            if (!xml.getLocalName().equals("queryResult")) {
                throw new IllegalArgumentException("the root is " + xml.getLocalName());
            }
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                    switch (xml.getLocalName()) {
                        case "image", "video", "deletedImage", "deletedVideo" -> entry(xml, xml.getLocalName());
                        case "next" -> next = xml.getElementText().strip();
                        default -> {}
                    }
                }
            }
        }

        private void entry(XMLStreamReader xml, String kind) throws XMLStreamException {
            String member = "";
            String id = "";
            String severity = "";
            Map<String, String> hashes = new TreeMap<>();
            while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "member" -> {
                        member = String.valueOf(xml.getAttributeValue(null, "id"));
                        skip(xml);
                    }
                    case "id" -> id = xml.getElementText().strip();
                    case "classification" -> severity = xml.getElementText().strip();
                    case "fingerprints" -> fingerprints(xml, hashes);
                    default -> skip(xml);
                }
            }
            boolean gone = kind.startsWith("deleted");
            String type = gone ? kind.substring("deleted".length()).toLowerCase(java.util.Locale.ROOT) : kind;
            if (!member.matches("\\d{1,18}") || !ExchangeAnswers.isId(id)) {
                throw new IllegalArgumentException("an entry without the ids of its member and its own");
            }
            String name = member + "-" + type + "-" + id;
            found.add(
                    gone
                            ? FeedEntry.gone(name)
                            : new FeedEntry(
                                    name,
                                    Optional.of(severity).filter(text -> !text.isEmpty()),
                                    listed(name, hashes),
                                    Optional.empty()));
        }

        private void fingerprints(XMLStreamReader xml, Map<String, String> hashes) throws XMLStreamException {
            while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
                String kind = xml.getLocalName();
                StringBuilder text = new StringBuilder();
                text(xml, text);
                hashes.put(kind, text.toString().strip());
            }
        }

        private List<ListedHash> listed(String name, Map<String, String> hashes) {
            List<ListedHash> listed = new ArrayList<>();
            hashes.forEach((kind, hash) -> HashEntry.of(kind, hash, name, FeedEntry.UNLABELLED)
                    .ifPresentOrElse(listed::add, () -> skipped.merge("type " + kind, 1L, Long::sum)));
            return listed;
        }

        private static void skip(XMLStreamReader xml) throws XMLStreamException {
            text(xml, new StringBuilder());
        }

        /** To the end of the element, whatever it holds. */
        private static void text(XMLStreamReader xml, StringBuilder into) throws XMLStreamException {
            for (int depth = 1; depth > 0; ) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> depth++;
                    case XMLStreamConstants.END_ELEMENT -> depth--;
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> into.append(xml.getText());
                    default -> {}
                }
            }
        }
    }
}
