package io.bulwark.cli.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.AnsweredDraw;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Answered draws of a tenant as moderation-stream lists them, found by an image's content. Immutable. */
public final class AnsweredDraws {

    private final Map<UUID, AnsweredDraw> byContent = new LinkedHashMap<>();
    private final List<AnsweredDraw> unanswered = new ArrayList<>();

    private AnsweredDraws(List<AnsweredDraw> draws) {
        for (AnsweredDraw draw : draws) {
            if (draw.people() == null) {
                unanswered.add(draw);
            } else {
                byContent.put(draw.content(), draw);
            }
        }
    }

    /**
     * Reads what {@code GET /api/v1/promises/draws} answered.
     *
     * @throws CommandFailure if it cannot be read, or is something else
     */
    public static AnsweredDraws read(Path file) {
        try {
            List<AnsweredDraw> draws = new ArrayList<>();
            for (JsonNode draw : new ObjectMapper().readTree(file.toFile())) {
                List<String> labels = new ArrayList<>();
                draw.path("labels").forEach(label -> labels.add(label.asText()));
                boolean answered = draw.hasNonNull("people") || !draw.has("people");
                draws.add(new AnsweredDraw(
                        answered ? UUID.fromString(draw.path("content").asText()) : null,
                        Instant.parse(draw.path("decidedAt").asText()),
                        Decision.valueOf(draw.path("machine").asText()),
                        answered ? Decision.valueOf(draw.path("people").asText()) : null,
                        labels,
                        draw.path("probability").asDouble()));
            }
            return new AnsweredDraws(draws);
        } catch (IOException | IllegalArgumentException | DateTimeParseException unreadable) {
            throw CommandFailure.failed(
                    file + " is no list of answered draws: " + unreadable.getMessage()
                            + "; it is what GET /api/v1/promises/draws of moderation-stream answers to a senior or a"
                            + " curator",
                    unreadable);
        }
    }

    /**
     * The draw of a content; empty where it was not drawn or is not answered.
     *
     * @param contentSha256 null where it is not known
     */
    public Optional<AnsweredDraw> of(String tenant, String contentSha256) {
        return Optional.ofNullable(contentSha256).map(sha256 -> byContent.get(AnsweredDraw.content(tenant, sha256)));
    }

    /** Those without an answer past the deadline, which name no content, in the order of draws. */
    public List<AnsweredDraw> unanswered() {
        return List.copyOf(unanswered);
    }

    /** All that are answered, in the order of draws. */
    public Collection<AnsweredDraw> all() {
        return byContent.values();
    }
}
