/**
 * PNG, read by our own code: the JDK's reader loses colour keys and bit depths. The format is small, the inflater is the
 * JDK's.
 */
package io.bulwark.imaging.png;
