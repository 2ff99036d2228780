/**
 * GIF, read by our own code, its frames composed as browsers do: the JDK's reader hands them out uncomposed.
 */
package io.bulwark.imaging.gif;
