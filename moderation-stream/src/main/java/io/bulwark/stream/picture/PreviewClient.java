package io.bulwark.stream.picture;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.StreamConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;

/**
 * Asks the preview for pictures. Blocks for as long as {@code bulwark.preview.timeout} at most; so many questions are under
 * way at a time, others are answered at once that there is no room. Any thread.
 */
@Singleton
public class PreviewClient {

    /** Bytes of a picture; one of 1,024 pixels a side has a tenth of it. */
    public static final int MOST_BYTES = 8 << 20;

    private static final int AT_ONCE = 16;
    private static final String NOT_SET = "No preview is set, so there are no pictures. Set bulwark.preview.url to the"
            + " worker's image with bulwark.preview.enabled.";

    private final Optional<SignedHttp> http;

    @Inject
    PreviewClient(StreamConfig config) {
        this(config.preview());
    }

    /** @param config already checked */
    public PreviewClient(PreviewConfig config) {
        Optional<PreviewTokens> tokens = PreviewTokens.of(config.secret(), config.secretFile(), Clock.systemUTC());
        this.http =
                config.url().map(url -> new SignedHttp("preview", url, tokens, config.timeout(), MOST_BYTES, AT_ONCE));
    }

    /** Whether there is a preview to ask. */
    public boolean isConfigured() {
        return http.isPresent();
    }

    /** The picture of an upload. */
    public PictureAnswer ask(PreviewQuestion question) {
        if (http.isEmpty()) {
            return new PictureAnswer.Unavailable(NOT_SET);
        }
        try {
            return answer(http.get().get(question.uri()));
        } catch (SignedHttp.Unanswered unanswered) {
            return new PictureAnswer.Unavailable(unanswered.getMessage());
        }
    }

    private static PictureAnswer answer(HttpResponse<byte[]> theirs) {
        if (theirs.statusCode() == 200) {
            return picture(theirs);
        }
        TheirProblem problem = TheirProblem.of(theirs);
        String detail = problem.detail();
        return switch (problem.type()) {
            case "picture-gone" -> new PictureAnswer.Gone(detail);
            case "picture-changed" -> new PictureAnswer.Changed(detail);
            case "picture-undecodable" -> new PictureAnswer.Undecodable(detail);
            case "location-silent" -> new PictureAnswer.Silent(detail);
            case "busy", "no-token" -> new PictureAnswer.Unavailable(detail);
            default ->
                new PictureAnswer.Unavailable(
                        "What answers at bulwark.preview.url is no preview: status " + theirs.statusCode() + ".");
        };
    }

    /** What this application passes on to a browser is looked at once more. */
    private static PictureAnswer picture(HttpResponse<byte[]> theirs) {
        byte[] jpeg = theirs.body();
        String frames =
                theirs.headers().firstValue(PreviewQuestion.FRAMES_HEADER).orElse("");
        boolean isPicture =
                theirs.headers().firstValue("Content-Type").orElse("").equals("image/jpeg")
                        && jpeg.length > 2
                        && (jpeg[0] & 0xff) == 0xff
                        && (jpeg[1] & 0xff) == 0xd8
                        && frames.matches("[1-9][0-9]{0,2}");
        return isPicture
                ? new PictureAnswer.Found(jpeg, Integer.parseInt(frames))
                : new PictureAnswer.Unavailable("What the preview gave is no picture.");
    }
}
