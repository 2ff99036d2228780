package io.bulwark.stream.document;

import java.util.List;

/**
 * How one instance is, and who asks.
 *
 * @param instance where the others reach it
 * @param state of Kafka Streams
 * @param ready whether all tasks of the instance run
 * @param message one sentence on the state
 * @param pictures whether there are pictures, and whether they are kept
 * @param feedClients who watch the feed of this instance
 * @param conceptsUrl where the sheets of the bank's labels lie; null where that is not set
 */
public record SystemDocument(
        String version,
        String instance,
        String state,
        boolean ready,
        String message,
        int feedClients,
        PicturesDocument pictures,
        String conceptsUrl,
        VisitorDocument you) {

    /**
     * What is known of pictures.
     *
     * @param shown whether there is a preview to ask
     * @param kept whether pictures of open items are kept
     * @param explained whether there is an explain server to ask
     * @param message one sentence on the keeping
     */
    public record PicturesDocument(boolean shown, boolean kept, boolean explained, String message) {}

    /**
     * Who asks.
     *
     * @param tenant whose records they see; {@code *} for everyone's
     * @param login how they log in: local, users or oidc
     */
    public record VisitorDocument(String name, String tenant, List<String> roles, String login) {}
}
