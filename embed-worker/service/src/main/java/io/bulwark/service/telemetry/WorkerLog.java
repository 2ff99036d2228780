package io.bulwark.service.telemetry;

import org.jboss.logging.Logger;

/**
 * Every message of the worker, each with a number that stays. Arguments are states, counts, settings and classes of
 * exceptions, and coordinates of records; never ids of people, locations or content.
 */
public final class WorkerLog {

    private static final Logger LOG = Logger.getLogger("io.bulwark.worker");

    private WorkerLog() {}

    public static void stateChanged(Object source, Object target) {
        LOG.infof("BULWARK-0001 State %s -> %s", source, target);
    }

    public static void encoderReady(String name, String fingerprint, Object shapes) {
        LOG.infof("BULWARK-0002 Encoder %s (%s) is warm: %s", name, fingerprint, shapes);
    }

    public static void bankChanged(String bank, String version, int size, String message) {
        LOG.infof("BULWARK-0003 Bank %s version %s with %d references: %s", bank, version, size, message);
    }

    public static void plainReferences(String bank, int ignored) {
        LOG.warnf(
                "BULWARK-0045 %d references of bank %s are of pictures of one colour and are ignored: `bulwark bank verify`"
                        + " lists them",
                ignored, bank);
    }

    public static void badReference(int partition, long offset, String problem) {
        LOG.warnf("BULWARK-0004 Reference at partition %d offset %d is not used: %s", partition, offset, problem);
    }

    public static void transactionFailed(int answers, Throwable cause) {
        LOG.warnf(
                "BULWARK-0005 A transaction of %d answers failed and is done again from the last commit: %s: %s",
                answers, cause.getClass().getName(), cause.getMessage());
    }

    public static void commitWasStale(int answers) {
        LOG.infof(
                "BULWARK-0032 A transaction of %d answers was refused for the group's generation and is repeated with the"
                        + " new one",
                answers);
    }

    public static void recoveryFailed(int attempt, Throwable cause) {
        LOG.warnf(
                "BULWARK-0006 Recovery attempt %d failed, the next follows: %s: %s",
                attempt, cause.getClass().getName(), cause.getMessage());
    }

    public static void recovered() {
        LOG.info("BULWARK-0007 Recovered: reading goes on from the last commit");
    }

    public static void partitionsAssigned(Object partitions) {
        LOG.infof("BULWARK-0008 Partitions assigned: %s", partitions);
    }

    public static void partitionsRevoked(Object partitions, int dropped) {
        LOG.infof(
                "BULWARK-0009 Partitions given away: %s; %d uploads in flight are left to their next owner",
                partitions, dropped);
    }

    public static void failed(Throwable cause, String why) {
        LOG.errorf(cause, "BULWARK-0010 The worker cannot go on: %s", why);
    }

    public static void drained(int unfinished) {
        LOG.infof(
                "BULWARK-0011 Drained; %d uploads were not finished in time and are left to their next owner",
                unfinished);
    }

    public static void encoderFailed(Throwable cause) {
        LOG.warnf(cause, "BULWARK-0012 The encoder failed; it is opened again and the batch is tried again");
    }

    public static void deadLetter(String topic, int partition, long offset, String reason) {
        LOG.warnf("BULWARK-0013 Dead letter from %s-%d offset %d: %s", topic, partition, offset, reason);
    }

    public static void unexpected(String step, int partition, long offset, Throwable cause) {
        LOG.errorf(cause, "BULWARK-0014 Unexpected failure in %s of partition %d offset %d", step, partition, offset);
    }

    public static void tryLater(String detail) {
        LOG.warnf("BULWARK-0015 Uploads wait: %s", detail);
    }

    public static void topicUnreadable(String topic, String why) {
        LOG.warnf("BULWARK-0016 Reading %s failed and begins again until it succeeds: %s", topic, why);
    }

    public static void twinFailed(Throwable cause) {
        LOG.warnf(cause, "BULWARK-0018 The twin failed; verdicts go on without it");
    }

    public static void schemasPublished(int release, int lacking) {
        LOG.infof("BULWARK-0019 The schemas of release %d are published; %d were lacking", release, lacking);
    }

    public static void schemasNotPublished(String why) {
        LOG.warnf("BULWARK-0020 The schemas are not published yet, which is tried until it succeeds: %s", why);
    }

    public static void closeFailed(String what, Throwable cause) {
        LOG.warnf(
                "BULWARK-0017 %s did not close cleanly: %s",
                what, cause.getClass().getName());
    }

    public static void topicMissing(String topic) {
        LOG.infof("BULWARK-0021 The broker has no topic %s; it is looked for until it is there", topic);
    }

    public static void policiesChanged(String message) {
        LOG.infof("BULWARK-0022 Policies: %s", message);
    }

    public static void flaggedChanged(int entries, String readTo) {
        LOG.infof("BULWARK-0040 %d entries are flagged, as of %s", entries, readTo);
    }

    public static void badFlagged(int partition, long offset, String problem) {
        LOG.warnf("BULWARK-0041 Flagged content at partition %d offset %d is not used: %s", partition, offset, problem);
    }

    public static void decoderDied(String how) {
        LOG.warnf("BULWARK-0024 A decoder process died: %s", how);
    }

    public static void deadlyFile(int partition, long offset, String how) {
        LOG.errorf(
                "BULWARK-0025 The upload at partition %d offset %d killed two decoder processes and is refused: %s",
                partition, offset, how);
    }

    public static void brokenFile(int partition, long offset, String failure) {
        LOG.errorf(
                "BULWARK-0026 The upload at partition %d offset %d breaks a decoder and is refused: %s",
                partition, offset, failure);
    }

    public static void trialBegins(Object partition, int suspects) {
        LOG.warnf(
                "BULWARK-0027 The last owner of %s did not give it up in order: up to %d uploads that it may have died over"
                        + " are tried one at a time, and nothing else meanwhile",
                partition, suspects);
    }

    public static void trialEnds() {
        LOG.info("BULWARK-0028 No upload is suspected any more: uploads are answered side by side again");
    }

    public static void poison(Object partition, long offset) {
        LOG.errorf(
                "BULWARK-0029 The upload at %s offset %d is answered without being decoded: it was in flight when"
                        + " a worker died, and alone when the next two died",
                partition, offset);
    }

    public static void heifDecodedBy(String program) {
        LOG.infof("BULWARK-0030 HEIC and AVIF are decoded by %s", program);
    }

    public static void oldSettings(Object names) {
        LOG.infof("BULWARK-0031 bulwark.latency.target has replaced %s, which still hold where they are set", names);
    }

    public static void deferredLoopStateChanged(Object source, Object target) {
        LOG.infof("BULWARK-0033 Deferred uploads: state %s -> %s", source, target);
    }

    public static void deferredTopicMissing(String why) {
        LOG.warnf("BULWARK-0034 Uploads are not answered yet: %s", why);
    }

    public static void previewsServed(int atOnce) {
        LOG.infof("BULWARK-0035 Pictures of uploads are shown, %d at a time; nothing is judged here", atOnce);
    }

    public static void previewFailed(int partition, long offset, Throwable failure) {
        LOG.errorf(
                failure, "BULWARK-0036 The picture of the upload at partition %d offset %d broke", partition, offset);
    }

    public static void scoresServed(int requests) {
        LOG.infof(
                "BULWARK-0038 Decisions are given over HTTP, %d requests at a time; no upload is judged here",
                requests);
    }

    public static void scoreFailed(Throwable failure) {
        LOG.errorf(failure, "BULWARK-0039 A request for a decision broke");
    }

    /** @param detail what confines them, or why that is less than it should be */
    public static void decodersIsolated(boolean complete, String detail) {
        if (complete) {
            LOG.infof("BULWARK-0042 Decoder processes are isolated by %s", detail);
        } else {
            LOG.warnf("BULWARK-0043 Decoder processes are not isolated as they should be: %s", detail);
        }
    }

    public static void notHidden(String why) {
        LOG.warnf("BULWARK-0044 Other processes of this user can read this one: %s", why);
    }

    public static void notClosed(String part, Throwable failure) {
        LOG.warnf("BULWARK-0037 %s did not close: %s", part, failure.getClass().getSimpleName());
    }

    public static void badPolicy(int partition, long offset, String problem) {
        LOG.warnf("BULWARK-0023 Policy at partition %d offset %d is not used: %s", partition, offset, problem);
    }
}
