package io.bulwark.service.pipeline;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Reason;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.service.outcome.UploadFacts;
import io.bulwark.service.outcome.UploadInFlight;
import java.util.Optional;

/**
 * Answers an upload that was alone when two workers died. Its event is read, since a verdict repeats facts of it; its content
 * is not touched. An event that does not read at once is a dead letter: what killed three times is not given a fourth way.
 */
final class PoisonRefusal {

    private static final String DETAIL =
            "The upload was in flight when a worker died, and alone when the next two died";

    private final EventDecoder<ImageUploaded> events;
    private final Refusals refusals;
    private final PreparationPool pool;
    private final Activity lane;

    PoisonRefusal(EventDecoder<ImageUploaded> events, Refusals refusals, PreparationPool pool, Activity lane) {
        this.events = events;
        this.refusals = refusals;
        this.pool = pool;
        this.lane = lane;
    }

    /** Refuses it soon, on a thread of the pool. */
    void refuse(UploadInFlight flight) {
        lane.begins();
        pool.submit(
                () -> {
                    answer(new UploadWork(flight, lane));
                    return flight;
                },
                answered -> lane.ends());
    }

    private void answer(UploadWork work) {
        UploadInFlight flight = work.flight();
        try {
            DecodedEvent<ImageUploaded> decoded =
                    events.decode(flight.origin().topic(), flight.record().value());
            if (decoded instanceof DecodedEvent.Undecodable<ImageUploaded> undecodable) {
                bury(flight, undecodable.detail());
                return;
            }
            ImageUploaded event = ((DecodedEvent.Event<ImageUploaded>) decoded).value();
            Optional<String> oddity = UploadIds.oddity(event);
            if (oddity.isPresent()) {
                bury(flight, oddity.get());
                return;
            }
            work.isUpload(UploadFacts.of(event, flight));
            refusals.refuse(work, Reason.POISON, DETAIL);
        } catch (RuntimeException | StackOverflowError failure) {
            bury(flight, failure.getClass().getSimpleName());
        }
    }

    private static void bury(UploadInFlight flight, String unread) {
        flight.deadLetter(Reason.POISON.name(), DETAIL + "; its event cannot be read: " + unread);
    }
}
