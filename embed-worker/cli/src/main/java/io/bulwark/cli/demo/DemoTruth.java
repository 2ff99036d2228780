package io.bulwark.cli.demo;

import io.bulwark.events.Decision;

/**
 * What a picture of the demo was made to be.
 *
 * @param name as it is printed
 * @param label what it shows
 * @param decision SAFE or NSFW
 */
record DemoTruth(String name, String label, Decision decision) {

    static DemoTruth of(Sample sample, String name) {
        return new DemoTruth(name, sample.label(), sample.expected());
    }
}
