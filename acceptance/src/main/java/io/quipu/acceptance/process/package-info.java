/**
 * Services as processes of this machine: how the tools that run five of their own start, find and end them. What they do
 * with them, to break or to measure them, is not known here.
 */
package io.quipu.acceptance.process;
