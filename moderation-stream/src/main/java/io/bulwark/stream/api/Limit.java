package io.bulwark.stream.api;

import jakarta.ws.rs.WebApplicationException;

/** How much of a list is asked for. */
final class Limit {

    static final String DEFAULT = "50";
    private static final int MOST = 1000;

    private Limit() {}

    /** @throws WebApplicationException where the text is no number from 1 to {@value #MOST} */
    static int parse(String text) {
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw new WebApplicationException(Problem.badParameter("limit must be a number from 1 to " + MOST + "."));
        }
        return Integer.parseInt(text);
    }
}
