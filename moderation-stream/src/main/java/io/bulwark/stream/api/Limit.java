package io.bulwark.stream.api;
import io.bulwark.stream.problem.ProblemException;
import io.bulwark.stream.problem.Problem;


/** How much of a list is asked for. */
final class Limit {

    static final String DEFAULT = "50";
    private static final int MOST = 1000;

    private Limit() {}

    /** @throws ProblemException where the text is no number from 1 to {@value #MOST} */
    static int parse(String text) {
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw Problem.BAD_PARAMETER.with("limit must be a number from 1 to " + MOST + ".");
        }
        return Integer.parseInt(text);
    }
}
