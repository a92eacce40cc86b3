/** The collector's HTTP face: requests to documents and back. No rule of the domain, no store. */
package io.quipu.collector.web;
