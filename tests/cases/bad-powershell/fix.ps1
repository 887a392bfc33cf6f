# Harden SMB and the print spooler
$path = 'HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters'
if (-not (Test-Path $path)) {
    New-Item -Path $path -Force | Out-Null
}
Set-ItemProperty -Path $path -Name 'SMB1' -Value 0 -Type DWord
Set-SmbServerConfiguration -EnableSMB1Protocol $false -Force
Stop-Service -Name Spooler; Set-Service -Name Spooler -StartupType Disabled
net.exe user guest /active:no
