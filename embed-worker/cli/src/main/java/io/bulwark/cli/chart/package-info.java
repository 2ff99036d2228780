/**
 * Charts as PNG files, for every command that draws one. What a chart shows is its owner's matter; here is only how it
 * gets into a file on a machine without a display. What may enter: writers of files; no data.
 */
package io.bulwark.cli.chart;
