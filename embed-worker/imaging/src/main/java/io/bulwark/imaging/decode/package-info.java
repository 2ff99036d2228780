/**
 * One decoder for all formats: it looks at the first bytes and asks the package of the format.
 */
package io.bulwark.imaging.decode;
