package io.bulwark.stream.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.StreamConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the preview for pictures. Blocks for as long as {@code bulwark.preview.timeout} at most; so many questions are under
 * way at a time, others are answered at once that there is no room. Any thread.
 */
@Singleton
public class PreviewClient {

    /** Bytes of a picture; one of 1,024 pixels a side has a tenth of it. */
    public static final int MOST_BYTES = 8 << 20;

    private static final int AT_ONCE = 16;
    private static final String PROBLEMS = "urn:bulwark:problem:";
    private static final String NOT_SET = "No preview is set, so there are no pictures. Set bulwark.preview.url to the"
            + " worker's image with bulwark.preview.enabled.";

    private final Optional<String> url;
    private final Optional<PreviewTokens> tokens;
    private final Duration timeout;
    private final ObjectMapper json = new ObjectMapper();
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final HttpClient http;

    @Inject
    PreviewClient(StreamConfig config) {
        this(config.preview());
    }

    /** @param config already checked */
    public PreviewClient(PreviewConfig config) {
        this.url = config.url();
        this.tokens = PreviewTokens.of(config.secret(), config.secretFile(), Clock.systemUTC());
        this.timeout = config.timeout();
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** Whether there is a preview to ask. */
    public boolean isConfigured() {
        return url.isPresent();
    }

    /** The picture of an upload. */
    public PictureAnswer ask(PreviewQuestion question) {
        if (url.isEmpty()) {
            return new PictureAnswer.Unavailable(NOT_SET);
        }
        if (!room.tryAcquire()) {
            return new PictureAnswer.Unavailable(AT_ONCE + " pictures are being fetched; ask again in a moment.");
        }
        try {
            return send(question);
        } finally {
            room.release();
        }
    }

    private PictureAnswer send(PreviewQuestion question) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.orElseThrow() + question.uri()))
                .timeout(timeout)
                .header(PreviewTokens.HEADER, tokens.orElseThrow().sign(question.uri()))
                .GET()
                .build();
        CompletableFuture<HttpResponse<byte[]>> asked = http.sendAsync(request, head -> new BoundedBody(MOST_BYTES));
        try {
            return answer(asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            return new PictureAnswer.Unavailable("The preview did not answer within " + timeout.toSeconds() + " s.");
        } catch (ExecutionException unreachable) {
            return new PictureAnswer.Unavailable("The preview does not answer: "
                    + unreachable.getCause().getClass().getSimpleName() + ".");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new PictureAnswer.Unavailable("The application is about to stop.");
        } finally {
            asked.cancel(true);
        }
    }

    private PictureAnswer answer(HttpResponse<byte[]> theirs) {
        if (theirs.statusCode() == 200) {
            return picture(theirs);
        }
        JsonNode problem = problem(theirs);
        String detail = problem.path("detail").asText();
        return switch (problem.path("type").asText()) {
            case PROBLEMS + "picture-gone" -> new PictureAnswer.Gone(detail);
            case PROBLEMS + "picture-changed" -> new PictureAnswer.Changed(detail);
            case PROBLEMS + "picture-undecodable" -> new PictureAnswer.Undecodable(detail);
            case PROBLEMS + "location-silent" -> new PictureAnswer.Silent(detail);
            case PROBLEMS + "busy", PROBLEMS + "no-token" -> new PictureAnswer.Unavailable(detail);
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

    private JsonNode problem(HttpResponse<byte[]> theirs) {
        try {
            return json.readTree(theirs.body());
        } catch (IOException noJson) {
            return json.createObjectNode();
        }
    }
}
