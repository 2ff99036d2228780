package io.bulwark.cli.bank.feed;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.imaging.pdq.PdqHash;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The endpoints of a Hasher-Matcher-Actioner that answer about hashes. {@code /m/lookup} names the banks that have a
 * near hash. {@code /m/compare} knows no bank: it compares the two hashes of the request, so it checks that both sides
 * measure alike. One thread.
 */
public final class MatcherClient {

    private final URI base;
    private final FeedClient client;

    /** @param base what {@code /m/lookup} is appended to */
    public MatcherClient(URI base, FeedClient client) {
        this.base = base;
        this.client = client;
    }

    /** The names of the banks that have a picture like this: a list, or by each its matches, as newer HMAs say. */
    public List<String> lookup(PdqHash hash) {
        FeedClient.Answer answer =
                client.get(URI.create(base + "/m/lookup?signal_type=pdq&signal=" + hash.hex()), Map.of());
        JsonNode banks = ExchangeAnswers.tree(answer, base);
        List<String> names = new ArrayList<>();
        if (banks.isArray() && StreamSupport.stream(banks.spliterator(), false).allMatch(JsonNode::isTextual)) {
            banks.forEach(name -> names.add(name.asText()));
        } else if (banks.isObject()
                && StreamSupport.stream(banks.spliterator(), false).allMatch(JsonNode::isArray)) {
            banks.properties().forEach(bank -> {
                if (!bank.getValue().isEmpty()) {
                    names.add(bank.getKey());
                }
            });
        } else {
            throw ExchangeAnswers.rubbish(base, "no list of banks", null);
        }
        return names;
    }

    /** What it makes of two hashes. */
    public Comparison compare(PdqHash first, PdqHash second) {
        FeedClient.Answer answer = client.post(
                URI.create(base + "/m/compare"), "{\"pdq\":[\"" + first.hex() + "\",\"" + second.hex() + "\"]}");
        JsonNode pair = ExchangeAnswers.object(answer, base).path("pdq");
        JsonNode distance = pair.path(1).path("distance");
        if (!pair.path(0).isBoolean() || !distance.isIntegralNumber()) {
            throw ExchangeAnswers.rubbish(base, "no comparison", null);
        }
        return new Comparison(pair.path(0).asBoolean(), distance.asInt());
    }

    /**
     * @param match whether it takes the two for one picture
     * @param distance bits in which they differ
     */
    public record Comparison(boolean match, int distance) {}
}
