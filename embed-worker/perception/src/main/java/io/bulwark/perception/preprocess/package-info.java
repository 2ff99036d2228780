/** Pictures to the views that an encoder takes: exact (the originals, bit for bit) and moderation (nothing hides). */
package io.bulwark.perception.preprocess;
