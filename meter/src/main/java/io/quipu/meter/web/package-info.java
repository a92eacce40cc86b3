/** HTTP to documents and back; no rule. */
package io.quipu.meter.web;
