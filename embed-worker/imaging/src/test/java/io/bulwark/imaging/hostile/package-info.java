/** Files made to break readers, generated: what is sent to whole workers, and what decoders are held to. */
package io.bulwark.imaging.hostile;
