package io.bulwark.perception.hash;

/**
 * A file is no hash list; says where and why, and what is allowed. Nothing of a list is to be used that cannot be read to
 * its end: what it lacks would pass.
 */
public final class InvalidHashListException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long line;

    InvalidHashListException(long line, String problem) {
        super("line " + line + ": " + problem);
        this.line = line;
    }

    InvalidHashListException(long line, String problem, Throwable cause) {
        super("line " + line + ": " + problem, cause);
        this.line = line;
    }

    /** The offending line of the file, counted from 1; where an entry goes over several, its first. */
    public long line() {
        return line;
    }
}
