/**
 * How often the watch over promised rates raises a false alarm, and how soon it finds a rate that rose, by simulated
 * reviews and simulated drift. What may enter: traffic whose truth is known, and runs over it of the same classes that
 * moderation-stream decides with. No broker, no model, no picture.
 */
package io.bulwark.lab.bench.promise;
