{{/* What this release's objects begin with: its name, with "bulwark" at the end. The alerts look for that. */}}
{{- define "bulwark.fullname" -}}
{{- if hasSuffix "bulwark" .Release.Name -}}{{ .Release.Name }}{{- else -}}{{ printf "%s-bulwark" .Release.Name }}{{- end -}}
{{- end -}}

{{/* The labels of a program's pods by which all else finds them. Takes root and program. */}}
{{- define "bulwark.selector" -}}
app.kubernetes.io/name: bulwark-{{ .program }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{/* The labels of every object. Takes root, and program where the object is one program's. */}}
{{- define "bulwark.labels" -}}
{{- if .program }}
app.kubernetes.io/name: bulwark-{{ .program }}
{{- end }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: bulwark
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Name, namespace and labels. Takes root, name (what follows the release's), program and labels (text) where it has them. */}}
{{- define "bulwark.metadata" -}}
name: {{ include "bulwark.fullname" .root }}{{ if .name }}-{{ .name }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "bulwark.labels" . | trim | nindent 2 }}
  {{- with .labels }}
  {{- . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* An image of ours, by digest where values have one. Takes root and image. */}}
{{- define "bulwark.image" -}}
{{- $of := .root.Values.images -}}
{{- $digest := get ($of.digests | default dict) .image -}}
{{- printf "%s/%s" $of.repository .image -}}
{{- if $digest }}@{{ $digest }}{{ else }}:{{ $of.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end -}}

{{/* A secret of yours: the name that values give it, or the release's. Takes root, of (a key of secrets) and name. */}}
{{- define "bulwark.secret" -}}
{{- get .root.Values.secrets .of | default (printf "%s-%s" (include "bulwark.fullname" .root) .name) -}}
{{- end -}}

{{/* Where the registry answers; empty where there is none. */}}
{{- define "bulwark.registry" -}}
{{- if .Values.registry.enabled -}}http://{{ include "bulwark.fullname" . }}-registry:8080/apis/registry/v3{{- else -}}{{ .Values.registry.url }}{{- end -}}
{{- end -}}
