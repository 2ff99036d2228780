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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * NCMEC's hash sharing API, version 2: {@code GET /v2/entries?from=&to=} answers in XML with images and videos, of
 * which some are deleted, and a path to the next page. Entries come in no order of time, so only a window that was
 * read whole moves the place on. So a long time is read in windows of some {@value #MOST_ENTRIES} entries, as
 * ThreatExchange's client does: the path to the next page says how many entries a window has, and one that has more is
 * requested shorter before any of it is used. A round ends with the first window that ended within five minutes of the
 * present when it was asked for; the next one overlaps it by five minutes, since the exchange's clock is not ours. So
 * does one after a window that a killed sync began, of which that is not known.
 */
final class NcmecFeed implements HashFeed {

    /** Of one window, where it is longer than {@link #SHORTEST}. */
    static final int MOST_ENTRIES = 50_000;

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration OVERLAP = Duration.ofMinutes(5);
    private static final Duration SETTLED = Duration.ofSeconds(5);

    /** Between two windows of the past: whether both ends count is not documented. */
    private static final Duration SEAM = Duration.ofSeconds(1);

    private final URI base;
    private final FeedClient client;
    private final Clock clock;
    private Duration length = Duration.between(Instant.EPOCH, Instant.MAX);
    private long inWindow;

    /** End of the window that was asked for last; empty before the first. */
    private String askedUntil = "";

    /** The present when that window was asked for. */
    private Instant askedAt = Instant.EPOCH;

    /** @param base what {@code /v2/entries} is appended to */
    NcmecFeed(URI base, FeedClient client, Clock clock) {
        this.base = base;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public FeedPage page(FeedCursor cursor) {
        return cursor.page().isEmpty() ? first(cursor) : page(cursor, cursor.until(), read(cursor.page()));
    }

    /** The first page of a window that has not too many entries. */
    private FeedPage first(FeedCursor cursor) {
        Instant from = from(cursor);
        inWindow = 0;
        while (true) {
            Instant end = present();
            boolean whole = length.compareTo(Duration.between(from, end)) >= 0;
            String until = (whole ? end : from.plus(length)).toString();
            EntriesReader entries = read("/v2/entries?from=" + encoded(from.toString()) + "&to=" + encoded(until));
            Duration asked = Duration.between(from, Instant.parse(until));
            if (entries.estimated() <= MOST_ENTRIES || asked.compareTo(SHORTEST) <= 0) {
                askedUntil = until;
                askedAt = end;
                return page(cursor, until, entries);
            }
            double part = Math.min(0.5, (double) MOST_ENTRIES / entries.estimated());
            long seconds = (long) (asked.toSeconds() * part);
            length = Duration.ofSeconds(Math.max(SHORTEST.toSeconds(), seconds));
        }
    }

    private FeedPage page(FeedCursor cursor, String until, EntriesReader entries) {
        inWindow += entries.found.size();
        if (!entries.next.isEmpty()) {
            return new FeedPage(entries.found, cursor.next(until, path(entries.next)), true, false, entries.skipped);
        }
        if (inWindow < MOST_ENTRIES / 4 && length.toDays() < Integer.MAX_VALUE) {
            length = length.multipliedBy(2);
        }
        Instant end = Instant.parse(until);
        boolean known = until.equals(askedUntil);
        boolean more = end.plus(OVERLAP).isBefore(known ? askedAt : present());
        Instant since = end.minus(known && more ? SEAM : OVERLAP);
        String place = (since.isBefore(from(cursor)) ? from(cursor) : since).toString();
        FeedCursor next = more ? cursor.nextWindow(place) : cursor.done(place, clock.instant());
        return new FeedPage(entries.found, next, more, false, entries.skipped);
    }

    private EntriesReader read(String path) {
        FeedClient.Answer answer = client.get(ExchangeAnswers.address(base + path, base), Map.of());
        ExchangeAnswers.requireOk(answer, base);
        EntriesReader entries = new EntriesReader();
        try {
            entries.read(answer.body());
        } catch (XMLStreamException | DateTimeException | IllegalArgumentException rubbish) {
            throw ExchangeAnswers.rubbish(base, "no answer of NCMEC's hash sharing API", null);
        }
        return entries;
    }

    /** What is younger may still change its place in time. */
    private Instant present() {
        return clock.instant().minus(SETTLED).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Instant from(FeedCursor cursor) {
        return cursor.since().isEmpty() ? Instant.EPOCH : Instant.parse(cursor.since());
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

        private static final Pattern REST = Pattern.compile("[?&](start|max)=([0-9]{1,15})(?=&|$)");
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

        /** How many entries the window has, as the path to the next page says; those of this page where it does not. */
        long estimated() {
            Map<String, Long> said = new TreeMap<>();
            Matcher found = REST.matcher(next);
            for (int at = 0; found.find(at); at = found.end(2)) {
                said.put(found.group(1), Long.parseLong(found.group(2)));
            }
            long rest = said.getOrDefault("max", 0L) - said.getOrDefault("start", 0L);
            return this.found.size() + Math.max(0, rest);
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
