/**
 * What uploaders did: windows of 1 h, 24 h and 7 d, and strikes with decay. The numbers are whole, strikes in
 * thousandths, so that a recount in any order gives the same.
 *
 * <p>Decided here: strikes are summed by day and decay by the day's middle. One number for each day in place of each
 * strike keeps an uploader small, and gives back exactly what an overturned decision had added.
 */
package io.bulwark.stream.uploader;
