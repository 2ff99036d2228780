package io.bulwark.stream.picture;

import io.bulwark.schemas.preview.PreviewQuestion;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** Pictures over HTTP: a JPEG, or a problem as RFC 9457 has it. No cache keeps any answer of this application. */
public final class PictureResponse {

    /** What a picture is. */
    public static final String JPEG = "image/jpeg";

    /** What is answered where there is none. */
    public static final String PROBLEM = "application/problem+json";

    private static final String STRIP = "strip";

    private PictureResponse() {}

    /** A problem as programs read it. */
    record Problem(String type, String title, int status, String detail) {}

    /**
     * Whether all frames are asked for.
     *
     * @param frames the parameter {@code frames}, or null
     * @return empty where it is neither absent nor {@value #STRIP}
     */
    public static Optional<Boolean> isStrip(String frames) {
        return frames == null || frames.equals(STRIP) ? Optional.of(frames != null) : Optional.empty();
    }

    /** The parameter {@code frames} is not what is allowed. */
    public static Response badFrames() {
        return problem("bad-parameter", "Parameter not allowed", 400, "frames must be strip, or left out.")
                .build();
    }

    /** The answer as HTTP. */
    public static Response of(PictureAnswer answer) {
        if (answer instanceof PictureAnswer.Found found) {
            return Response.ok(found.jpeg(), JPEG)
                    .header(PreviewQuestion.FRAMES_HEADER, found.frames())
                    .build();
        }
        if (answer instanceof PictureAnswer.Gone gone) {
            return problem("picture-gone", "Picture gone", 404, gone.detail()).build();
        }
        if (answer instanceof PictureAnswer.Changed changed) {
            return problem("picture-changed", "Picture changed", 409, changed.detail())
                    .build();
        }
        if (answer instanceof PictureAnswer.Undecodable undecodable) {
            return problem("picture-undecodable", "Picture undecodable", 422, undecodable.detail())
                    .build();
        }
        if (answer instanceof PictureAnswer.Silent silent) {
            return problem("location-silent", "Location silent", 503, silent.detail())
                    .header(HttpHeaders.RETRY_AFTER, 2)
                    .build();
        }
        PictureAnswer.Unavailable unavailable = (PictureAnswer.Unavailable) answer;
        return problem("no-preview", "No preview", 503, unavailable.detail())
                .header(HttpHeaders.RETRY_AFTER, 2)
                .build();
    }

    /** The answer as HTTP. */
    public static Response of(ExplanationAnswer answer) {
        if (answer instanceof ExplanationAnswer.Explained explained) {
            return Response.ok(explained.document(), MediaType.APPLICATION_JSON).build();
        }
        if (answer instanceof ExplanationAnswer.Unexplained unexplained) {
            return problem("not-explained", "Not explained", 422, unexplained.detail())
                    .build();
        }
        if (answer instanceof ExplanationAnswer.Busy busy) {
            return problem("busy", "Busy", 503, busy.detail())
                    .header(HttpHeaders.RETRY_AFTER, busy.retrySeconds())
                    .build();
        }
        ExplanationAnswer.Unavailable unavailable = (ExplanationAnswer.Unavailable) answer;
        return problem("no-explain-server", "No explain server", 503, unavailable.detail())
                .header(HttpHeaders.RETRY_AFTER, 2)
                .build();
    }

    private static Response.ResponseBuilder problem(String type, String title, int status, String detail) {
        return Response.status(status)
                .type(PROBLEM)
                .entity(new Problem("urn:bulwark:problem:" + type, title, status, detail));
    }
}
