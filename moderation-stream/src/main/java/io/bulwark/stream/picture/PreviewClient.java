package io.bulwark.stream.picture;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;

/**
 * Asks the preview for pictures. Blocks for {@code bulwark.preview.timeout} at most; rejects at once when too many
 * requests are under way. Any thread.
 */
@Singleton
public class PreviewClient {

    public static final String JPEG = "image/jpeg";

    /** Bytes of a picture; one of 1,024 pixels a side has a tenth of it. */
    public static final int MOST_BYTES = 8 << 20;

    private static final int AT_ONCE = 16;

    private final Optional<SignedHttp> http;

    @Inject
    PreviewClient(StreamConfig config) {
        this(config.preview());
    }

    /** @param config already checked */
    public PreviewClient(PreviewConfig config) {
        Optional<PreviewTokens> tokens = PreviewTokens.of(config.secret(), config.secretFile(), Clock.systemUTC());
        this.http = config.url()
                .map(url -> new SignedHttp(new SignedHttp.Program(
                        Problem.NO_PREVIEW, "preview", url, tokens, config.timeout(), MOST_BYTES, AT_ONCE)));
    }

    /** Whether there is a preview to ask. */
    public boolean isConfigured() {
        return http.isPresent();
    }

    /**
     * A picture.
     *
     * @param jpeg at most {@link #MOST_BYTES}
     * @param frames frames of the file that were judged
     */
    public record Picture(byte[] jpeg, int frames) {

        public Response response() {
            return Response.ok(jpeg, JPEG)
                    .header(PreviewQuestion.FRAMES_HEADER, frames)
                    .build();
        }
    }

    /**
     * The picture of an upload.
     *
     * @throws ProblemException where there is none: PICTURE_GONE, PICTURE_CHANGED, PICTURE_UNDECODABLE, LOCATION_SILENT
     *     or NO_PREVIEW; its detail holds no location
     */
    public Picture ask(PreviewQuestion question) {
        SignedHttp asked = http.orElseThrow(Problem.NO_PREVIEW::exception);
        HttpResponse<byte[]> theirs = asked.get(question.uri());
        if (theirs.statusCode() == 200) {
            return picture(theirs);
        }
        SignedHttp.TheirProblem problem = SignedHttp.TheirProblem.of(theirs);
        throw switch (problem.type()) {
            case "picture-gone" -> Problem.PICTURE_GONE.with(problem.detail());
            case "picture-changed" -> Problem.PICTURE_CHANGED.with(problem.detail());
            case "picture-undecodable" -> Problem.PICTURE_UNDECODABLE.with(problem.detail());
            case "location-silent" -> Problem.LOCATION_SILENT.with(problem.detail());
            case "busy", "no-token" -> Problem.NO_PREVIEW.with(problem.detail());
            default ->
                Problem.NO_PREVIEW.with(
                        "What answers at bulwark.preview.url is no preview: status " + theirs.statusCode() + ".");
        };
    }

    /** A browser gets nothing unchecked. */
    private static Picture picture(HttpResponse<byte[]> theirs) {
        byte[] jpeg = theirs.body();
        String frames =
                theirs.headers().firstValue(PreviewQuestion.FRAMES_HEADER).orElse("");
        boolean isPicture =
                theirs.headers().firstValue("Content-Type").orElse("").equals(JPEG)
                        && jpeg.length > 2
                        && (jpeg[0] & 0xff) == 0xff
                        && (jpeg[1] & 0xff) == 0xd8
                        && frames.matches("[1-9][0-9]{0,2}");
        Problem.NO_PREVIEW.when(!isPicture, "What the preview gave is no picture.");
        return new Picture(jpeg, Integer.parseInt(frames));
    }
}
