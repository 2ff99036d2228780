package io.bulwark.service.pipeline;

import io.bulwark.imaging.pdq.PdqVariants;
import io.bulwark.imaging.scaling.ScalingTrace;
import io.bulwark.perception.bank.ContentHashes;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.Timings;
import io.bulwark.service.outcome.UploadFacts;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.telemetry.SpanStep;
import io.bulwark.service.telemetry.Step;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What is known so far of an upload in preparation. One thread at a time writes; the deadline's thread may read what is
 * known at any moment.
 */
final class UploadWork {

    private final UploadInFlight flight;
    private final Activity lane;
    private final Timings timings = new Timings();
    private volatile UploadFacts facts;
    private volatile String sha256;
    private volatile List<PdqVariants> pictures = List.of();
    private volatile Optional<ScalingTrace> scaling = Optional.empty();

    /**
     * Begins.
     *
     * @param lane to which all that is done for it belongs
     */
    UploadWork(UploadInFlight flight, Activity lane) {
        this.flight = flight;
        this.lane = lane;
    }

    Activity lane() {
        return lane;
    }

    /** The event was read. */
    void isUpload(UploadFacts known) {
        facts = known;
    }

    /** The file is there. */
    void hasContent(String digest) {
        sha256 = digest;
    }

    /** Its pictures were hashed. */
    void hasPictures(List<PdqVariants> hashes) {
        pictures = hashes;
    }

    /** Its pictures were looked at for others that are hidden in them. */
    void hasTrace(Optional<ScalingTrace> found) {
        scaling = found;
    }

    /** What points at a hidden picture. */
    Optional<ScalingTrace> scaling() {
        return scaling;
    }

    /** By what the file may be known. */
    ContentHashes hashes() {
        return new ContentHashes(sha256().map(Sha256::parse), pictures);
    }

    /** Fetches, and notes how long that took. */
    FetchResult timedFetch(NanoClock clock, Supplier<FetchResult> fetch) {
        long start = clock.nanos();
        FetchResult result = fetch.get();
        timings.add(Step.FETCH, clock.microsSince(start));
        flight.span().step(SpanStep.FETCH, start, clock.nanos());
        return result;
    }

    /** Has a file looked at; where nobody waits for that any more, its memory is given back at once. */
    void lookIfWanted(FetchResult file, Consumer<FetchResult> look) {
        if (flight.isDone()) {
            file.release();
        } else {
            look.accept(file);
        }
    }

    UploadInFlight flight() {
        return flight;
    }

    Timings timings() {
        return timings;
    }

    Optional<UploadFacts> facts() {
        return Optional.ofNullable(facts);
    }

    Optional<String> sha256() {
        return Optional.ofNullable(sha256);
    }
}
