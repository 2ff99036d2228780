/** Files made to break whoever reads them, generated: what is sent to whole workers, and what decoders are held to. */
package io.bulwark.imaging.hostile;
