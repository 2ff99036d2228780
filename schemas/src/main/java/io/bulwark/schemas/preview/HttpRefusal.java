package io.bulwark.schemas.preview;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why a request over HTTP has no answer: the problems of scores, previews and explanations (RFC 9457). */
public enum HttpRefusal {
    /** The token is not one of this deployment, or is missing. */
    NO_TOKEN(401, "no-token", "No token"),
    /** A request for scores cannot be parsed. */
    MALFORMED_REQUEST(400, "malformed", "Malformed request"),
    /** More bytes or images than are taken. */
    TOO_LARGE(413, "too-large", "Too large"),
    /** Neither multipart nor JSON. */
    UNSUPPORTED(415, "unsupported-media-type", "Unsupported media type"),
    /** As many requests as are allowed are being answered. */
    FULL(429, "full", "Full"),
    /** Bank, policy or Kafka are missing. */
    NOT_READY(503, "not-ready", "Not ready"),
    /** The images were not judged in time. */
    OVERDUE(504, "overdue", "Overdue"),

    /** A question for a picture or an explanation cannot be parsed, or its body is not what it names. */
    MALFORMED_QUESTION(400, "malformed", "Malformed question"),
    /** The record aged out, or the location does not give the file. */
    PICTURE_GONE(404, "picture-gone", "Picture gone"),
    /** The file is not the one that was judged. */
    PICTURE_CHANGED(409, "picture-changed", "Picture changed"),
    /** The file is no picture that this decoder reads within its limits. */
    PICTURE_UNDECODABLE(422, "picture-undecodable", "Picture undecodable"),
    /** The location does not answer, or has a fault. */
    LOCATION_SILENT(503, "location-silent", "Location silent"),
    /** As many questions as are allowed are under way. */
    BUSY(503, "busy", "Busy"),

    /** There is nothing to be near to. */
    NO_MARGIN(409, "no-margin", "No margin"),
    /** The explanation was not ready in time; it may be at the next request. */
    EXPLANATION_OVERDUE(503, "overdue", "Overdue"),
    /** A defect. */
    FAILED(500, "failed", "Failed");

    private final int status;
    private final String type;
    private final String title;

    HttpRefusal(int status, String type, String title) {
        this.status = status;
        this.type = type;
        this.title = title;
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    /** Name for programs, what follows {@code urn:bulwark:problem:}. */
    public String type() {
        return type;
    }

    /** Whether the same request for scores may be answered a moment later. */
    public boolean comesAgain() {
        return this == FULL || this == NOT_READY;
    }

    /**
     * The body of the answer.
     *
     * @param detail one sentence; holds no location and no content
     */
    public Map<String, Object> body(String detail) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "urn:bulwark:problem:" + type);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        return body;
    }
}
