package io.bulwark.schemas.promise;

import io.bulwark.events.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A draw that people have answered, or have not within its deadline, as {@code GET /api/v1/promises/draws} gives it to seniors and curators: what stands for
 * traffic in estimates of a policy or a bank. It names no image; who has an image's embedding finds its draw by the digest.
 *
 * @param content digest of tenant and content; null where there is no answer
 * @param decidedAt place in the order of draws
 * @param machine what the worker decided then
 * @param people SAFE or NSFW; null where there is no answer
 * @param labels that people gave
 * @param probability of the draw, in (0, 1]
 */
public record AnsweredDraw(
        UUID content, Instant decidedAt, Decision machine, Decision people, List<String> labels, double probability) {

    public AnsweredDraw {
        labels = List.copyOf(labels);
    }

    /**
     * The digest of a content.
     *
     * @param contentSha256 64 lower-case hexadecimal digits
     */
    public static UUID content(String tenant, String contentSha256) {
        return UUID.nameUUIDFromBytes((tenant + "\n" + contentSha256).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What it is for a rate where something else decides instead of the worker.
     *
     * @param instead what that decides
     */
    public PromisedRate.Draw draw(PromisedRate rate, Decision instead) {
        return rate.draw(probability, instead, Optional.ofNullable(people));
    }
}
