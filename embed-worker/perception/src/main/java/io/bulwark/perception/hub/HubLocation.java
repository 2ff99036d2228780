package io.bulwark.perception.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on the hub.
 *
 * @param owner its account
 * @param name its repository
 * @param revision a branch, a tag or a commit
 */
public record HubLocation(String owner, String name, String revision) {

    /** What locations on the hub begin with. */
    public static final String SCHEME = "hf://";

    private static final Pattern FORM = Pattern.compile(SCHEME + "([\\w.-]+)/([\\w.-]+)(?:@([\\w./-]+))?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    public HubLocation {
        if (owner.matches("\\.+") || name.matches("\\.+") || revision.contains("..") || revision.startsWith("/")) {
            throw new IllegalArgumentException("'%s/%s@%s' cannot be a model's name".formatted(owner, name, revision));
        }
    }

    /**
     * Parses {@code hf://owner/name[@revision]}; the revision is {@code main} where there is none.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static HubLocation parse(String location) {
        Matcher form = FORM.matcher(location);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + location + "' is not of the form hf://owner/name[@revision]");
        }
        return new HubLocation(form.group(1), form.group(2), form.group(3) == null ? "main" : form.group(3));
    }

    /** Whether the revision is a commit, which never moves. */
    boolean isCommit() {
        return isCommit(revision);
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** {@code owner/name}. */
    String repository() {
        return owner + "/" + name;
    }

    @Override
    public String toString() {
        return SCHEME + repository() + "@" + revision;
    }
}
