package io.bulwark.lab.bench.latency;

import java.time.Duration;

/**
 * What a worker is given.
 *
 * @param rate uploads a second, of all kinds together
 * @param settle time before latencies count: caches and compilers have to get used to the rate
 * @param measured time in which they count
 * @param seed of the arrivals
 */
record Load(double rate, Duration settle, Duration measured, Mix mix, long seed) {

    Arrivals arrivals() {
        return Arrivals.poisson(rate, settle.plus(measured), mix, seed);
    }

    /** The same with nothing but plain uploads. */
    Load plain() {
        return new Load(rate, settle, measured, Mix.NONE, seed);
    }
}
