package io.bulwark.cli.keep;

import io.bulwark.cli.keep.KeptTopics.KeptRecord;
import io.bulwark.cli.keep.WorkDatabase.WorkRows;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Hold;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.events.Subject;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * All that the topics keep of an image or uploader. The orders of erasure and the holds are the log of what was done
 * and are no part of it.
 *
 * @param records of the image, or of the uploader and all their images
 * @param images the ids of those images
 * @param references made of reviewed uploads of the same content
 * @param curated references of the same content with another origin: they stay
 * @param holds the keys of all holds that hold
 */
record Kept(
        List<KeptRecord> records,
        Set<String> images,
        List<KeptRecord> references,
        List<KeptRecord> curated,
        Set<String> holds) {

    private static final List<Topics> OF_PEOPLE = List.of(
            Topics.IMAGES_UPLOADED,
            Topics.IMAGES_DEFERRED,
            Topics.VERDICTS,
            Topics.DECISIONS,
            Topics.EMBEDDINGS,
            Topics.ATTACK_AUDIT,
            Topics.CAMPAIGNS,
            Topics.REVIEWS,
            Topics.REPORTS,
            Topics.DEAD_LETTERS,
            Topics.UNDELIVERED,
            Topics.UPLOADER_STATS,
            Topics.UPLOADER_ACTIONS);

    /** Reads every topic that keeps something of people. */
    static Kept read(Broker broker, SubjectOptions of) {
        return read(broker, of, WorkRows.UNKNOWN);
    }

    /**
     * As {@link #read(Broker, SubjectOptions)}.
     *
     * @param work names further images and contents of the subject, which no topic has any more
     */
    static Kept read(Broker broker, SubjectOptions of, WorkRows work) {
        var scan = new KeptTopics(broker);
        Set<String> images = images(scan, of);
        images.addAll(work.images());
        var records = new ArrayList<KeptRecord>();
        for (Topics topic : OF_PEOPLE) {
            scan.read(topic, record -> {
                if (isOf(of, images, record)) {
                    records.add(record);
                }
            });
        }
        Set<String> contents = records.stream()
                .flatMap(record -> record.text("contentSha256").stream())
                .collect(Collectors.toSet());
        contents.addAll(work.contents());
        var references = new ArrayList<KeptRecord>();
        var curated = new ArrayList<KeptRecord>();
        scan.read(Topics.REFERENCES, record -> {
            if (record.text("sourceSha256").filter(contents::contains).isPresent()) {
                boolean derived = ((Reference) record.value()).getLabelSource() == LabelSource.REVIEW;
                (derived ? references : curated).add(record);
            }
        });
        return new Kept(records, images, references, curated, holds(scan));
    }

    private static Set<String> images(KeptTopics scan, SubjectOptions of) {
        var images = new TreeSet<String>();
        if (of.subject() == Subject.IMAGE) {
            images.add(of.id());
            return images;
        }
        for (Topics topic : OF_PEOPLE) {
            scan.read(topic, record -> {
                if (record.isOfUploader(of.tenant(), of.id())) {
                    record.text("imageId").ifPresent(images::add);
                }
            });
        }
        return images;
    }

    private static Set<String> holds(KeptTopics scan) {
        Map<String, Boolean> held = new HashMap<>();
        scan.read(
                Topics.HOLDS,
                record ->
                        held.put(record.key(), !(record.value() instanceof Hold hold) || hold.getReleasedAt() == null));
        return held.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    boolean isHeld(String tenant, Subject subject, String id) {
        return holds.contains(TenantKey.ofHold(tenant, subject, id).toString());
    }

    /**
     * Whether that topic has a live record now of one of these images, or of the uploader where they are the subject.
     * Reads that topic alone.
     */
    boolean isLeft(Broker broker, SubjectOptions of, Topics topic) {
        var left = new AtomicBoolean();
        new KeptTopics(broker).read(topic, record -> {
            if (record.live() && isOf(of, images, record)) {
                left.set(true);
            }
        });
        return left.get();
    }

    private static boolean isOf(SubjectOptions of, Set<String> images, KeptRecord record) {
        return images.stream().anyMatch(image -> record.isOfImage(of.tenant(), image))
                || (of.subject() == Subject.UPLOADER && record.isOfUploader(of.tenant(), of.id()));
    }

    /** Everything that is to go, references among it. */
    List<KeptRecord> all() {
        var all = new ArrayList<>(records);
        all.addAll(references);
        return all;
    }

    /** Whom or what a command is about: {@code @Mixin SubjectOptions subject}. */
    public static final class SubjectOptions {

        @Option(
                names = "--tenant",
                paramLabel = "NAME",
                defaultValue = "default",
                description = "Whose (${DEFAULT-VALUE}).")
        private String tenant;

        @ArgGroup(multiplicity = "1")
        private Which which;

        private static final class Which {

            @Option(names = "--image", paramLabel = "ID", description = "An image.")
            private String image;

            @Option(names = "--uploader", paramLabel = "ID", description = "An uploader, and all their images.")
            private String uploader;
        }

        String tenant() {
            return tenant;
        }

        Subject subject() {
            return which.image != null ? Subject.IMAGE : Subject.UPLOADER;
        }

        String id() {
            return which.image != null ? which.image : which.uploader;
        }

        @Override
        public String toString() {
            return (which.image != null ? "image " : "uploader ") + id() + " of tenant " + tenant;
        }
    }
}
