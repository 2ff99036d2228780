package io.bulwark.service.loop;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a worker writes beside a partition's committed offset, as the offset's metadata, so that the partition's next
 * owner finds out whether this one died over an upload. A line that people can read, for example {@code bulwark-1 open
 * by=4f2a9c01d3e7b655 next=288}; a broker keeps up to 4,096 bytes of it ({@code offset.metadata.max.bytes}).
 */
sealed interface OffsetMark {

    /** The name of no living worker: a mark by it counts as left by a death. */
    String NO_WORKER = "nobody";

    /** The partition was given up in order, or its owner writes no marks. */
    OffsetMark CLOSED = new Closed();

    /** As it stands in the metadata. */
    String text();

    /** Whether that worker wrote it while it had the partition; what it had in flight is its own business then. */
    default boolean isBy(String worker) {
        return false;
    }

    /** Records from the offset on that the mark is about, at most. */
    int next();

    /** How many of the uploads from the offset on may have brought a worker down, as that worker has to see it. */
    default int suspects(String reader) {
        return next();
    }

    /** See {@link #CLOSED}. */
    record Closed() implements OffsetMark {
        @Override
        public String text() {
            return "bulwark-1 closed";
        }

        @Override
        public int next() {
            return 0;
        }
    }

    /**
     * A worker has the partition and may have uploads of it in flight.
     *
     * @param by the incarnation of the worker, new with each start
     * @param next records from the offset on, at most
     */
    record Open(String by, int next) implements OffsetMark {
        @Override
        public String text() {
            return "bulwark-1 open by=" + by + " next=" + next;
        }

        @Override
        public boolean isBy(String worker) {
            return by.equals(worker);
        }

        @Override
        public int suspects(String reader) {
            return isBy(reader) ? 0 : next;
        }
    }

    /**
     * No upload is in flight, but the next {@code next} records were in flight when a worker died, and are to be tried
     * one at a time.
     */
    record Suspects(int next) implements OffsetMark {
        @Override
        public String text() {
            return "bulwark-1 suspects next=" + next;
        }
    }

    /**
     * One suspect is in flight, and nothing beside it in the whole worker.
     *
     * @param handling what is done with it
     * @param at its offset
     * @param by the incarnation of the worker
     * @param next suspects from the offset on, itself among them
     */
    record Alone(Handling handling, long at, String by, int next) implements OffsetMark {
        @Override
        public String text() {
            return "bulwark-1 " + handling.word + " at=" + at + " by=" + by + " next=" + next;
        }

        @Override
        public boolean isBy(String worker) {
            return by.equals(worker);
        }
    }

    /** What is done with a suspect, each after a death over the one before. */
    enum Handling {
        /** It is processed like any upload, alone. */
        TRY("trying"),
        /** The same once more: one kill from outside condemns nothing. */
        RETRY("retrying"),
        /** Its event is read, for a verdict that refuses it; its content is not touched. */
        REFUSE("refusing"),
        /** Nothing of it is read: its bytes are a dead letter. No mark says so: the one that condemned it stands. */
        BURY("burying");

        private final String word;

        Handling(String word) {
            this.word = word;
        }

        /** What is done after a death over this. */
        Handling next() {
            return this == BURY ? BURY : values()[ordinal() + 1];
        }

        /** The step over which a worker died before this one is taken. */
        Handling previous() {
            return this == TRY ? TRY : values()[ordinal() - 1];
        }
    }

    Pattern OPEN = Pattern.compile("bulwark-1 open by=([0-9a-z]{1,32}) next=([1-9][0-9]{0,5})");
    Pattern SUSPECTS = Pattern.compile("bulwark-1 suspects next=([1-9][0-9]{0,5})");
    Pattern ALONE = Pattern.compile(
            "bulwark-1 (trying|retrying|refusing) at=(0|[1-9][0-9]{0,17}) by=([0-9a-z]{1,32}) next=([1-9][0-9]{0,5})");

    /** Reads metadata. Whatever is no mark of this version, another program's text included, says nothing: closed. */
    static OffsetMark read(String metadata) {
        if (metadata == null) {
            return CLOSED;
        }
        Matcher open = OPEN.matcher(metadata);
        if (open.matches()) {
            return new Open(open.group(1), Integer.parseInt(open.group(2)));
        }
        Matcher suspects = SUSPECTS.matcher(metadata);
        if (suspects.matches()) {
            return new Suspects(Integer.parseInt(suspects.group(1)));
        }
        Matcher alone = ALONE.matcher(metadata);
        if (alone.matches()) {
            return new Alone(
                    Stream.of(Handling.values())
                            .filter(handling -> handling.word.equals(alone.group(1)))
                            .findFirst()
                            .orElseThrow(),
                    Long.parseLong(alone.group(2)),
                    alone.group(3),
                    Integer.parseInt(alone.group(4)));
        }
        return CLOSED;
    }
}
