package io.bulwark.service.loop;

import io.bulwark.service.loop.FlightMark.Alone;
import io.bulwark.service.loop.FlightMark.Handling;
import io.bulwark.service.loop.FlightMark.Suspects;

/**
 * One partition in this worker's hands. Immutable.
 *
 * @param found the mark that it was taken over with
 * @param standing the mark beside the committed offset now
 * @param offset the committed offset; where reading began, if there was none
 * @param suspects of the records from the offset on, so many at most are to be tried alone
 * @param end the end of the partition when it was taken over: no suspect lies at or behind it
 */
record Custody(FlightMark found, FlightMark standing, long offset, int suspects, long end) {

    static Custody takenOver(FlightMark found, String me, long offset, long end) {
        return new Custody(found, found, offset, offset >= end ? 0 : found.suspects(me), end);
    }

    boolean isSuspect() {
        return suspects > 0;
    }

    /** Whether that worker has marked a suspect that is not answered yet. */
    boolean isMarkedBy(String worker) {
        return standing instanceof Alone alone && alone.isBy(worker) && offset <= alone.at();
    }

    /** Whether a suspect that is not answered yet was alone when a worker died. */
    boolean isCondemned() {
        return found instanceof Alone alone && offset <= alone.at();
    }

    /** With so many more records answered, which ended before that offset. */
    Custody answered(int records, long next) {
        return new Custody(found, standing, next, next >= end ? 0 : Math.max(0, suspects - records), end);
    }

    Custody marked(FlightMark mark) {
        return new Custody(found, mark, offset, suspects, end);
    }

    /** There is no suspect left to read. */
    Custody acquitted() {
        return new Custody(found, standing, offset, 0, end);
    }

    /** What is to be done with the suspect at that offset. */
    Handling handling(String me, long at) {
        if (!(found instanceof Alone alone) || alone.at() != at) {
            return Handling.TRY;
        }
        return alone.isBy(me) ? alone.handling() : alone.handling().next();
    }

    /** The mark that has to stand before the suspect at that offset is handed on. */
    FlightMark alone(String me, long at) {
        Handling handling = handling(me, at);
        // Nothing that may kill is done with what is buried: the mark that condemned it holds until it is answered.
        return handling == Handling.BURY ? found : new Alone(handling, at, me, suspects);
    }

    /** The mark for the next owner where the partition is given up in order. */
    FlightMark closing(String me) {
        if (!isSuspect()) {
            return FlightMark.CLOSED;
        }
        if (found instanceof Alone condemned && offset <= condemned.at()) {
            Handling handling = handling(me, condemned.at());
            if (handling != Handling.TRY) {
                // As it was found, though perhaps by another name: whoever comes next goes on from there.
                return new Alone(handling.previous(), condemned.at(), FlightMark.NOBODY, suspects);
            }
        }
        return new Suspects(suspects);
    }
}
